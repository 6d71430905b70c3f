import { Refusal } from '../contract/errors.js';
import type { request } from '../contract/index.js';
import type { Deal, DealStep, Seen } from './deal.js';

/** Something that one of the two does with a deal. */
export interface DealVerb<Input extends Seen> {
  by: (deal: Deal, userId: string, input: Input, now: Date) => Deal;
  /** Whether a step that was sent under the same id has the same intent. */
  isSame: (step: DealStep, input: Input) => boolean;
  /** Refused once the conversation is closed. */
  arranges?: true;
}

const isAct =
  (...acts: DealStep['act'][]) =>
  (step: DealStep) =>
    acts.includes(step.act);

const verb = <Input extends Seen>(one: DealVerb<Input>): DealVerb<Input> => one;

/** What the two can do with a deal. */
export const dealVerbs = {
  setAppointment: verb<request.SetAppointment>({
    by: (deal, userId, { at, ...seen }, now) =>
      deal.setAppointmentBy(userId, { ...seen, at: new Date(at) }, now),
    isSame: ({ act, appointment }, { at, place }) =>
      (act === 'proposed' || act === 'changed') &&
      appointment?.at.getTime() === Date.parse(at) &&
      appointment.place.name === place.name &&
      appointment.place.point?.latitude === place.point?.latitude &&
      appointment.place.point?.longitude === place.point?.longitude,
    arranges: true,
  }),
  confirm: verb<request.ConfirmAppointment & Seen>({
    by: (deal, ...args) => deal.confirmBy(...args),
    isSame: isAct('confirmed'),
    arranges: true,
  }),
  complete: verb<request.ActOnDeal>({
    by: (deal, ...args) => deal.completeBy(...args),
    isSame: isAct('completed'),
  }),
  cancel: verb<request.CancelDeal>({
    by: (deal, ...args) => deal.cancelBy(...args),
    isSame: ({ act, reason }, input) => act === 'cancelled' && reason === input.reason,
  }),
  reportNoShow: verb<request.ActOnDeal>({
    by: (deal, ...args) => deal.reportNoShowBy(...args),
    isSame: isAct('noShow'),
  }),
  keep: verb<request.ActOnDeal>({
    by: (deal, ...args) => deal.keepBy(...args),
    isSame: isAct('kept'),
  }),
};

/** The step that was sent before under the same id; null: none was. Throws IDEMPOTENCY_CONFLICT for another act. */
export function stepBefore<Input extends Seen>(
  { isSame }: DealVerb<Input>,
  deal: Deal,
  userId: string,
  input: Input,
): DealStep | null {
  const step = deal.stepSentAs(userId, input.clientMessageId);
  if (step && !isSame(step, input)) throw new Refusal('IDEMPOTENCY_CONFLICT');
  return step;
}
