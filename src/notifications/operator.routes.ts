import { endpoints } from '../contract/index.js';
import type { RestDoor } from '../http/rest-door.js';
import type { OperatorCommands } from './index.js';

export function mountOperator(door: RestDoor, { trace, deadLetters }: OperatorCommands): void {
  door
    .on(endpoints.traceDelivery, async ({ query }) => ({ body: await trace(query) }))
    .on(endpoints.listDeadLetters, async ({ query }) => ({ body: await deadLetters.list(query) }))
    .on(endpoints.redriveDeadLetters, async ({ body }) => ({
      body: { redriven: await deadLetters.redriveAll(body.reason) },
    }))
    .on(endpoints.redriveDeadLetter, async ({ params }) => {
      await deadLetters.redrive(params.id);
      return { status: 204 };
    });
}
