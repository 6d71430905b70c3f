/**
 * One object holds all rules of a deal and its appointment, and so one file: whether something is allowed is answered
 * here or in the table of transitions.
 */
import { Refusal, invalid } from '../contract/errors.js';
import { tradeLimits } from '../contract/trade-limits.js';
import type { view } from '../contract/index.js';
import { transitionOf, type DealAct, type DealMover } from './deal-transitions.js';
import { Trade } from './parties.js';

/** What the two agreed on. */
export interface Terms {
  id: string;
  listingId: string;
  /** null: the seller chose the buyer without an offer. */
  offerId: string | null;
  conversationId: string;
  buyerId: string;
  sellerId: string;
  /** In won. */
  amount: number;
}

export interface Appointment {
  at: Date;
  place: view.MeetingPlace;
  state: view.AppointmentState;
  /** Who proposed it. */
  by: view.OfferSide;
  version: number;
}

/** The seller was asked whether the deal still stands. */
export interface Question {
  askedAt: Date;
  answerBy: Date;
}

/** One act on a deal, and how it left the deal; all steps together are its history. */
export interface DealStep {
  version: number;
  act: DealAct;
  /** null: time did it, or the agreement that opened the deal. */
  by: string | null;
  /** The sender's id of this act; a repeat is found by it. */
  clientMessageId: string | null;
  at: Date;
  state: view.DealState;
  appointment: Appointment | null;
  question: Question | null;
  reason?: string;
  /** Cancelled so late that the other side was already on the way. */
  late?: boolean;
}

export interface DealSnapshot extends Terms {
  currency: 'KRW';
  steps: DealStep[];
  /** The log of the conversation holds its acts up to this version. */
  loggedVersion: number;
}

/** The act that a person sends about a deal that they saw. */
export interface Seen {
  /** Left out: the act applies to whatever version stands. */
  version?: number | undefined;
  /** Left out: every try is an act of its own. */
  clientMessageId?: string | undefined;
}

type Change = Partial<Pick<DealStep, 'appointment' | 'question' | 'reason' | 'late'>>;

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Minutes before an appointment at which both are reminded, the earliest first. */
const reminders = [
  tradeLimits.reminderFirstMinutes,
  tradeLimits.reminderSecondMinutes,
  tradeLimits.reminderLastMinutes,
];

/**
 * A deal is what the two agreed on, until it is completed or comes to nothing. It refuses what the rules do not allow.
 * Every act returns a new deal, one version further. Final states never change, except that the seller may undo a sale.
 */
export class Deal extends Trade<DealStep, DealSnapshot> {
  static open(terms: Terms, now: Date): Deal {
    return new Deal({
      ...terms,
      currency: 'KRW',
      // The entry of the accepted offer already tells of the deal.
      loggedVersion: terms.offerId === null ? 0 : 1,
      steps: [
        {
          version: 1,
          act: 'opened',
          by: null,
          clientMessageId: null,
          at: now,
          state: 'open',
          appointment: null,
          question: null,
        },
      ],
    });
  }

  get offerId(): string | null {
    return this.is.offerId;
  }
  get amount(): number {
    return this.is.amount;
  }
  get open(): boolean {
    return this.state === 'open';
  }
  get appointment(): Appointment | null {
    return this.last.appointment;
  }
  get question(): Question | null {
    return this.last.question;
  }
  get createdAt(): Date {
    return this.is.steps[0]!.at;
  }
  get endedAt(): Date | null {
    return this.open ? null : this.last.at;
  }
  get endedBy(): view.OfferSide | 'system' | null {
    if (this.open) return null;
    return this.last.by === null ? 'system' : this.sideOf(this.last.by);
  }
  get reason(): string | undefined {
    return this.last.reason;
  }
  /** Whether it counts against the person who cancelled it. */
  get cancelledLate(): boolean {
    return this.last.late === true;
  }
  /** Whether it came to nothing, so that the listing can go to somebody else. */
  get freesListing(): boolean {
    return this.state === 'cancelled' || this.state === 'noShow';
  }

  /** Why its offer fell through; only for a deal that came to nothing. */
  get fallReason(): view.FallReason {
    if (this.state === 'noShow') return 'noShow';
    if (this.reason === soldUndone || this.reason === unavailable) return this.reason;
    if (this.endedBy === 'buyer') return 'cancelledByBuyer';
    return this.endedBy === 'seller' ? 'cancelledBySeller' : 'holdTimeout';
  }

  /** When time acts next: the seller is asked, or has not answered. null once the deal is over. */
  get dueAt(): Date | null {
    if (!this.open) return null;
    return this.question ? this.question.answerBy : this.askAt;
  }

  /** When the two are next reminded of the appointment; null when there is nothing to remind of. */
  get remindAt(): Date | null {
    return this.reminderAfter(this.last.at)?.at ?? null;
  }

  /** The deal as a version left it. */
  at(version: number): Deal {
    return new Deal({
      ...this.is,
      steps: this.is.steps.filter((step) => step.version <= version),
    });
  }

  /**
   * Proposes when and where to meet, or a change of it; the other side confirms. Throws VERSION_CONFLICT, FORBIDDEN,
   * VALIDATION_FAILED.
   */
  setAppointmentBy(
    userId: string,
    seen: Seen & { at: Date; place: view.MeetingPlace },
    now: Date,
  ): Deal {
    const side = this.sideOf(userId);
    const act = this.appointment ? 'changed' : 'proposed';
    this.mustStand(seen);
    this.mustBeAllowed(act, side);
    if (seen.at <= now) throw invalid('at', 'lies in the past');
    if (seen.at.getTime() > now.getTime() + tradeLimits.appointmentDays * dayMs)
      throw invalid('at', `lies more than ${tradeLimits.appointmentDays} days ahead`);
    const version = (this.appointment?.version ?? 0) + 1;
    if (version > tradeLimits.appointmentActs)
      throw new Refusal('FORBIDDEN', 'This appointment was changed too often');
    const { at, place } = seen;
    return this.step(act, userId, seen, now, {
      appointment: { at, place, state: 'proposed', by: side, version },
      // A seller who makes an appointment has answered the question.
      ...(side === 'seller' ? { question: null } : {}),
    });
  }

  /** Confirms what the other side proposed. Throws VERSION_CONFLICT, FORBIDDEN. */
  confirmBy(
    userId: string,
    seen: Seen & { appointmentVersion?: number | undefined },
    now: Date,
  ): Deal {
    const side = this.sideOf(userId);
    this.mustStand(seen);
    this.mustBeAllowed('confirmed', side);
    const { appointment } = this;
    if (!appointment) throw new Refusal('FORBIDDEN', 'There is no appointment to confirm');
    const { appointmentVersion = appointment.version } = seen;
    if (appointmentVersion !== appointment.version || appointment.state !== 'proposed')
      throw new Refusal('VERSION_CONFLICT');
    if (appointment.by === side)
      throw new Refusal('FORBIDDEN', 'The other side confirms what one proposed');
    if (appointment.at <= now)
      throw new Refusal('FORBIDDEN', 'The time of this appointment is over');
    const confirmed = { ...appointment, state: 'confirmed', version: appointment.version + 1 };
    return this.step('confirmed', userId, seen, now, {
      appointment: confirmed as Appointment,
      question: null,
    });
  }

  /** Completes the deal: the thing was handed over. Throws VERSION_CONFLICT, FORBIDDEN. */
  completeBy(userId: string, seen: Seen, now: Date): Deal {
    this.mustStand(seen);
    this.mustBeAllowed('completed', this.sideOf(userId));
    return this.step('completed', userId, seen, now, { question: null });
  }

  /** The seller says that it was not sold after all. Throws VERSION_CONFLICT. */
  undoBy(userId: string, now: Date): Deal {
    return this.step('undone', userId, {}, now, { reason: soldUndone });
  }

  /** Ends the deal because the account of one side is gone; that counts against nobody. Throws VERSION_CONFLICT. */
  close(now: Date): Deal {
    const why = { question: null, reason: unavailable };
    return this.step('closed', null, {}, now, why, 'system');
  }

  /** Cancels the deal. Throws VERSION_CONFLICT, FORBIDDEN. */
  cancelBy(userId: string, seen: Seen & { reason: view.CancelReason }, now: Date): Deal {
    this.mustStand(seen);
    this.mustBeAllowed('cancelled', this.sideOf(userId));
    const late = this.meeting && this.meeting.getTime() - now.getTime() < lateMs;
    return this.step('cancelled', userId, seen, now, {
      question: null,
      reason: seen.reason,
      ...(late ? { late } : {}),
    });
  }

  /** Reports that the other side did not come. Throws VERSION_CONFLICT, FORBIDDEN outside of the time for it. */
  reportNoShowBy(userId: string, seen: Seen, now: Date): Deal {
    this.mustStand(seen);
    this.mustBeAllowed('noShow', this.sideOf(userId));
    if (!this.isTimeForNoShow(now))
      throw new Refusal(
        'FORBIDDEN',
        `A no-show can be told from ${tradeLimits.noShowFromMinutes} minutes to ` +
          `${tradeLimits.noShowUntilHours} hours after a confirmed appointment`,
      );
    return this.step('noShow', userId, seen, now, { question: null });
  }

  /** The seller answers that the deal still stands. Throws VERSION_CONFLICT, FORBIDDEN when nobody asked. */
  keepBy(userId: string, seen: Seen, now: Date): Deal {
    this.mustStand(seen);
    this.mustBeAllowed('kept', this.sideOf(userId));
    if (!this.question) throw new Refusal('FORBIDDEN', 'Nobody asked whether the deal stands');
    return this.step('kept', userId, seen, now, { question: null });
  }

  /** Asks the seller, or ends a deal whose seller did not answer. Returns the same deal when neither is due. */
  passTime(now: Date): Deal {
    if (!this.dueAt || this.dueAt > now) return this;
    if (this.question)
      return this.step('released', null, {}, now, { question: null, reason: 'holdTimeout' });
    const answerBy = new Date(now.getTime() + tradeLimits.dealAnswerHours * hourMs);
    return this.step('asked', null, {}, now, { question: { askedAt: now, answerBy } });
  }

  /**
   * The reminder that is due: only the last one whose moment has come, so that nobody gets two at once after an outage.
   * null: none is due, or the meeting is over.
   */
  reminderDue(since: Date, now: Date): { minutes: number; at: Date } | null {
    if (!this.meeting || this.meeting <= now) return null;
    return this.reminders.filter(({ at }) => at >= since && at <= now).at(-1) ?? null;
  }

  /** The first reminder after a time. */
  reminderAfter(time: Date): { minutes: number; at: Date } | null {
    return this.reminders.find(({ at }) => at > time) ?? null;
  }

  /** What a person may do with the deal now. `closed`: its conversation is closed, so nothing more is arranged. */
  abilitiesOf(
    userId: string,
    ground: { closed: boolean; now: Date },
  ): Omit<view.DealAbilities, 'review'> {
    const side = this.sideOf(userId);
    const may = (act: DealAct) => transitionOf(this.state, act, side) !== null;
    const { appointment } = this;
    return {
      propose: !ground.closed && may(appointment ? 'changed' : 'proposed'),
      confirm:
        !ground.closed &&
        may('confirmed') &&
        appointment?.state === 'proposed' &&
        appointment.by !== side &&
        appointment.at > ground.now,
      complete: may('completed'),
      cancel: may('cancelled'),
      reportNoShow: may('noShow') && this.isTimeForNoShow(ground.now),
      keep: may('kept') && this.question !== null,
    };
  }

  /** When they are to meet; null until both have agreed. */
  private get meeting(): Date | null {
    const { appointment } = this;
    return appointment?.state === 'confirmed' ? appointment.at : null;
  }

  /** When the seller is asked: 24 hours after the meeting; without one, 72 hours after the seller last acted. */
  private get askAt(): Date {
    const heard = this.is.steps.findLast(
      ({ by, act }) => by === this.is.sellerId || act === 'opened',
    )!;
    const afterMeeting = this.meeting && later(this.meeting, tradeLimits.dealAfterHours);
    return afterMeeting && afterMeeting > heard.at
      ? afterMeeting
      : later(heard.at, tradeLimits.dealHoldHours);
  }

  /** Reminders that were still ahead when the meeting was confirmed, the earliest first. */
  private get reminders(): { minutes: number; at: Date }[] {
    const { meeting } = this;
    if (!meeting || !this.open) return [];
    const confirmed = this.is.steps.findLast(({ act }) => act === 'confirmed')!;
    return reminders
      .map((minutes) => ({ minutes, at: new Date(meeting.getTime() - minutes * minuteMs) }))
      .filter(({ at }) => at > confirmed.at);
  }

  private isTimeForNoShow(now: Date): boolean {
    if (!this.meeting) return false;
    const past = now.getTime() - this.meeting.getTime();
    return (
      past >= tradeLimits.noShowFromMinutes * minuteMs &&
      past <= tradeLimits.noShowUntilHours * hourMs
    );
  }

  /** Every change of state goes through the table. Throws VERSION_CONFLICT for a step that is not in it. */
  private step(
    act: DealAct,
    by: string | null,
    { clientMessageId = null }: { clientMessageId?: string | null | undefined },
    now: Date,
    change: Change,
    mover: DealMover = by === null ? 'time' : this.sideOf(by),
  ): Deal {
    const { version, appointment, question, state } = this.last;
    const transition = transitionOf(state, act, mover);
    if (!transition) throw new Refusal('VERSION_CONFLICT');
    return new Deal({
      ...this.is,
      steps: [
        ...this.is.steps,
        {
          appointment,
          question,
          ...change,
          version: version + 1,
          act,
          by,
          clientMessageId,
          at: now,
          state: transition.to,
        },
      ],
    });
  }

  private mustStand({ version }: Seen): void {
    if (!this.open || (version !== undefined && version !== this.version))
      throw new Refusal('VERSION_CONFLICT');
  }

  private mustBeAllowed(act: DealAct, side: view.OfferSide): void {
    if (!transitionOf(this.state, act, side))
      throw new Refusal('FORBIDDEN', 'Only the other side may do this');
  }
}

/** Why a deal that was completed came to nothing. */
const soldUndone = 'soldUndone';

/** Why a deal came to nothing whose buyer or seller has no account any more. */
const unavailable = 'unavailable';

const lateMs = tradeLimits.lateCancelHours * hourMs;

const later = (time: Date, hours: number): Date => new Date(time.getTime() + hours * hourMs);

/** How this side broke a deal; null: not at all. Who came reports a no-show; who breaks a deal cancels it late. */
export function breachBy(
  side: view.OfferSide,
  { state, endedBy, cancelledLate }: Pick<Deal, 'state' | 'endedBy' | 'cancelledLate'>,
): 'noShow' | 'lateCancel' | null {
  if (state === 'noShow') return endedBy === side ? null : 'noShow';
  return cancelledLate && endedBy === side ? 'lateCancel' : null;
}
