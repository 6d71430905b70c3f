import { setTimeout as delay } from 'node:timers/promises';
import { onGround } from '../ground.js';
import { Processes } from '../measure/processes.js';
import { groundsOf, record } from '../report.js';
import { findServers, type Found } from '../servers.js';
import { capacityTable, stepTable } from './capacity.js';
import { Crowds } from './crowds.js';
import { inWords, showLive } from './display.js';
import { largest } from './search.js';
import {
  gatewayLag,
  mustBeAllowed,
  ownCluster,
  runningServer,
  type UnderTest,
} from './servers-under-test.js';
import { bounds, Stretch, type Step } from './step.js';

export interface LoadTestPlan {
  /** The most users that are tried, and how many at first. */
  most: number;
  first: number;
  /** Measured time with each number of users. */
  seconds: number;
  /** After this no further number is tried. */
  minutes: number;
  /** Of the generator. */
  processes: number;
  /** Servers that run; left out: an own throw-away cluster. */
  urls: string[] | undefined;
  /** File of access tokens for them. */
  tokens: string | undefined;
  /** They may be loaded although they are not on this machine. */
  allowed: boolean;
  record: boolean;
  print: (line: string) => void;
}

export interface LoadTestResult {
  /** The largest number of users that kept the bounds; 0: none did. */
  held: number;
  steps: Step[];
}

/** People who come in a second, so that connecting does not spoil what is measured. */
const arrivalsPerSecond = 100;
/** After they came they find their pace (ms). */
const settleMs = 4_000;
const lagEveryMs = 2_000;

/** Finds the largest number of users that keeps the bounds, and prints what was measured. Returns every step. */
export async function runLoadTest(plan: LoadTestPlan): Promise<LoadTestResult> {
  if (plan.urls) mustBeAllowed(plan.urls, plan.allowed);
  if (plan.urls) return await overRunning(plan.urls, plan);
  const servers = await findServers();
  return onGround(servers, async (ground) => {
    plan.print('Starting two gateways and a worker');
    const under = await ownCluster(servers, ground);
    try {
      return reported(await climb(under, plan, ground.processes), plan, servers);
    } finally {
      await under.end();
    }
  });
}

async function overRunning(urls: string[], plan: LoadTestPlan): Promise<LoadTestResult> {
  const processes = new Processes();
  try {
    plan.print(`Loading ${urls.join(', ')}`);
    return reported(await climb(runningServer(urls, plan.tokens), plan, processes), plan);
  } finally {
    await processes.end();
  }
}

async function climb(under: UnderTest, plan: LoadTestPlan, processes: Processes): Promise<Step[]> {
  let stretch: Stretch | undefined;
  const crowds = await Crowds.start({
    processes,
    count: plan.processes,
    urls: under.urls,
    tokens: under.tokens,
    heard: (second) => stretch?.add(second),
  });
  const parts = { ...under.parts, generator: crowds.pids };
  const begin = () => (stretch = new Stretch(plan.processes, parts));
  let [doing, users] = ['', 0];
  const showing = setInterval(() => {
    if (stretch) showLive(stretch.result(users), doing);
  }, 1_000);
  const asking = setInterval(() => {
    const asked = stretch;
    void gatewayLag(under.urls).then((ms) => asked?.noteGatewayLag(ms));
  }, lagEveryMs);
  const until = performance.now() + plan.minutes * 60_000;
  const steps: Step[] = [];
  let present = 0;
  const measure = async (wanted: number): Promise<Step> => {
    doing = 'measuring';
    const measured = begin();
    await delay(plan.seconds * 1_000);
    const step = measured.result(wanted);
    plan.print(`${step.holds ? 'kept  ' : 'broken'} ${inWords(step)}`);
    return step;
  };
  const holds = async (wanted: number): Promise<boolean> => {
    users = wanted;
    doing = 'people come';
    begin();
    const overMs = (Math.max(0, wanted - present) * 1_000) / arrivalsPerSecond;
    await crowds.live(wanted, overMs);
    present = wanted;
    doing = 'they settle';
    await delay(settleMs);
    // A number that breaks a bound is measured again: what else the machine does breaks it too.
    let step = await measure(wanted);
    if (!step.holds && performance.now() < until) step = await measure(wanted);
    steps.push(step);
    return step.holds;
  };
  try {
    const outOfTime = () => performance.now() > until;
    await largest({ first: plan.first, most: plan.most, holds, outOfTime });
    return steps;
  } finally {
    clearInterval(showing);
    clearInterval(asking);
  }
}

function reported(steps: Step[], plan: LoadTestPlan, servers?: Found): LoadTestResult {
  const best = steps.filter(({ holds }) => holds).sort((a, b) => b.users - a.users)[0];
  const kept = `ack p99 ≤ ${bounds.ackMs} ms and delivery p99 ≤ ${bounds.deliveryMs} ms without an error`;
  const verdict = best
    ? `**${best.users} users** keep ${kept}: ${best.requestsPerSecond.toFixed(0)} requests and ${best.messagesPerSecond.toFixed(0)} messages a second.`
    : `No number of users that was tried keeps ${kept}.`;
  const grounds = servers && groundsOf(servers);
  const words = grounds?.words ?? 'A server that ran';
  const conditions = `${words}; the load generator shares the machine; ${plan.seconds} s measured with each number of users.`;
  const text = [
    conditions,
    verdict,
    stepTable(steps),
    ...(best && servers ? [capacityTable(best)] : []),
  ].join('\n\n');
  plan.print(`\n${text}`);
  if (plan.record && grounds) {
    const { date, machine } = grounds;
    const result = { date, machine, plan, steps };
    record('npm run loadtest', 'loadtest.json', result, text, 'capacity.md');
  }
  return { held: best?.users ?? 0, steps };
}
