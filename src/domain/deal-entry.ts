import type { view } from '../contract/index.js';
import type { EntryDraft } from './entry.js';
import type { Deal, DealStep } from './deal.js';

/** The log entry of an act; null where another entry tells it. */
export function entryOf(
  deal: Deal,
  step: DealStep,
): Pick<EntryDraft, 'senderId' | 'kind' | 'appointment' | 'notice'> | null {
  const notice = (type: string, more: Omit<view.Notice, 'type'> = {}) =>
    ({ senderId: null, kind: 'system', notice: { type, ...more, dealId: deal.id } }) as const;
  const who = step.by === null ? {} : { userId: step.by };
  switch (step.act) {
    case 'opened':
      // An accepted offer has an entry of its own.
      return deal.offerId === null ? notice('dealOpened', { userId: deal.sellerId }) : null;
    case 'proposed':
    case 'changed':
    case 'confirmed':
      return {
        senderId: step.by,
        kind: 'appointment',
        appointment: { ...presentAppointment(step)!, dealId: deal.id, act: step.act },
      };
    case 'asked':
      return notice('dealQuestion', { at: step.question!.answerBy.toISOString() });
    case 'kept':
      return notice('dealKept', who);
    case 'completed':
      return notice('dealCompleted', who);
    case 'cancelled':
    case 'undone':
    case 'closed':
      return notice('dealCancelled', { ...who, reason: step.reason! });
    case 'noShow':
      return notice('dealNoShow', who);
    case 'released':
      return notice('dealReleased');
  }
}

export const presentAppointment = ({
  appointment,
}: Pick<DealStep, 'appointment'>): view.Appointment | null =>
  appointment && { ...appointment, at: appointment.at.toISOString() };
