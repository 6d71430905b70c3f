import type { Step } from './step.js';

/** Shows what happens at the moment: in place on a terminal, and nothing elsewhere. */
export function showLive(step: Step, doing: string): void {
  if (process.stdout.isTTY)
    process.stdout.write(
      `\r\u001b[2K${inWords(step)}  [${doing}]`.slice(0, process.stdout.columns),
    );
}

/** Ends the line that is shown in place. */
export function showLine(text: string): void {
  if (process.stdout.isTTY) process.stdout.write('\r\u001b[2K');
  console.log(text);
}

export function inWords(step: Step): string {
  const pair = ({ p50, p99 }: { p50: number; p99: number }) =>
    `${p50.toFixed(0)}/${p99.toFixed(0)} ms`;
  const wrong = Object.entries(step.errors).map(([name, count]) => `, ${name} × ${count}`);
  const gateway =
    step.gatewayLagMs === undefined ? '' : ` gateways ${step.gatewayLagMs.toFixed(0)},`;
  return (
    `${step.users} users, ${step.online.toFixed(0)} online: ${step.requestsPerSecond.toFixed(0)} requests/s ${pair(step.requestMs)}, ` +
    `${step.messagesPerSecond.toFixed(0)} messages/s, ack ${pair(step.ackMs)}, delivery ${pair(step.deliveryMs)}, ` +
    `lag ms:${gateway} generator ${step.generatorLagMs.toFixed(0)}${wrong.join('')}`
  );
}
