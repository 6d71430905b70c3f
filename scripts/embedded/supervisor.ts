import { describeExit, type Child, type Exit } from '../servers/child.js';
import type { Stage } from '../servers/leash.js';
import { StartProblem } from '../start-problem.js';

/** A child that dies this often within the time is not started again. */
const DEATHS = 3;
const WITHIN_MS = 60_000;
/** A child that asked for its end stays away so long, so that one sees what is done without it. */
const AWAY_MS = 4_000;

/** How to start one child, the first time and after a death: same name, settings and port. */
export interface ChildPlan {
  name: string;
  stage: Stage;
  /** Part of its command line, by which a later start recognises it. */
  mark: string;
  launch(): Child;
}

export interface SupervisorOptions {
  report: (line: string) => void;
  /** Told the processes that run, after each change. */
  record?: (children: [pid: number, mark: string][]) => void;
  now?: () => number;
  awayMs?: number;
}

/**
 * Keeps children running: one that dies is named and started again; its third death within a minute ends it all. Each
 * is counted by itself: different ones that die once each come back each time. A death that the child asked for is not
 * counted, and neither is a clean end, as after a SIGTERM in a roll-out that is tried out.
 */
export class Supervisor {
  /** Resolves with the reason when the supervisor gives up; then `stop` is due. */
  readonly gaveUp: Promise<StartProblem>;
  readonly #options: SupervisorOptions;
  readonly #running = new Map<ChildPlan, Child>();
  readonly #deaths = new Map<ChildPlan, number[]>();
  readonly #served = new WeakSet<Child>();
  readonly #away = new Set<NodeJS.Timeout>();
  #stopping = false;
  #giveUp!: (reason: StartProblem) => void;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.gaveUp = new Promise((resolve) => (this.#giveUp = resolve));
  }

  /** Starts a child and resolves when it is ready; rejects with a StartProblem when it ends before that. */
  async start(plan: ChildPlan): Promise<void> {
    if (this.#stopping) return;
    const child = this.#launch(plan);
    await child.ready;
    void child.exited.then((exit) => this.#died(plan, child, exit));
  }

  /** Stops the children stage by stage: whoever uses a server ends before the server. */
  async stop(): Promise<void> {
    this.#end();
    const stages = [...new Set([...this.#running.keys()].map(({ stage }) => stage))].sort();
    for (const stage of stages) {
      const members = [...this.#running].filter(([plan]) => plan.stage === stage);
      await Promise.all(members.map(([, child]) => child.stop()));
    }
  }

  /** Ends everything at once. */
  kill(): void {
    this.#end();
    for (const child of this.#running.values()) child.kill();
  }

  #end(): void {
    this.#stopping = true;
    for (const timer of this.#away) clearTimeout(timer);
  }

  #launch(plan: ChildPlan): Child {
    const child = plan.launch();
    this.#running.set(plan, child);
    this.#record();
    child.ready.then(
      () => this.#served.add(child),
      () => {},
    );
    void child.exited.then(() => {
      if (this.#running.get(plan) === child) this.#running.delete(plan);
      this.#record();
    });
    return child;
  }

  #died(plan: ChildPlan, child: Child, exit: Exit): void {
    if (this.#stopping) return;
    if (exit.asked) return this.#startLater(plan);
    if (exit.code === 0 && this.#served.has(child)) {
      this.#options.report(`${plan.name} ended, starting it again`);
      this.#startAgain(plan);
      return;
    }
    const how = `${plan.name} died (${describeExit(exit)})`;
    const now = (this.#options.now ?? Date.now)();
    const deaths = [...(this.#deaths.get(plan) ?? []).filter((at) => now - at < WITHIN_MS), now];
    this.#deaths.set(plan, deaths);
    if (deaths.length >= DEATHS) {
      const tail = child.tail();
      const lines = tail && `\nIts last lines:\n${tail.replace(/^/gm, '  ')}`;
      this.#giveUp(
        new StartProblem(
          `${how}: ${DEATHS} deaths of it within a minute, so everything is stopped.${lines}`,
        ),
      );
      return;
    }
    this.#options.report(`${how}, starting it again`);
    this.#startAgain(plan);
  }

  #startLater(plan: ChildPlan): void {
    const { report, awayMs = AWAY_MS } = this.#options;
    report(`${plan.name} was stopped from its page and comes back`);
    const timer = setTimeout(() => {
      this.#away.delete(timer);
      this.#startAgain(plan);
    }, awayMs);
    this.#away.add(timer);
  }

  #startAgain(plan: ChildPlan): void {
    const next = this.#launch(plan);
    next.ready.then(
      () => this.#options.report(`${plan.name} is back`),
      // It ended before it was ready: a death like any other.
      () => {},
    );
    void next.exited.then((nextExit) => this.#died(plan, next, nextExit));
  }

  #record(): void {
    const children = [...this.#running].flatMap(([plan, { pid }]): [number, string][] =>
      pid === undefined ? [] : [[pid, plan.mark]],
    );
    this.#options.record?.(children);
  }
}
