import type { Words } from './template.js';

export const en: Words = {
  text: { title: '{name}', body: '{text}' },
  image: { title: '{name}', body: '{count, plural, one {Sent a photo} other {Sent # photos}}' },
  imageCaptioned: {
    title: '{name}',
    body: '{count, plural, one {Photo} other {# photos}}: {text}',
  },
  place: { title: '{name}', body: 'Sent a place' },
  'offer.made': { title: 'New offer', body: '{name} offers ₩{amount, number}' },
  'offer.countered': { title: 'Counter-offer', body: '{name} asks for ₩{amount, number}' },
  'offer.accepted': {
    title: 'Offer accepted',
    body: '{name} accepted the offer of ₩{amount, number}',
  },
  'offer.declined': {
    title: 'Offer declined',
    body: '{name} declined the offer of ₩{amount, number}',
  },
  'offer.withdrawn': {
    title: 'Offer withdrawn',
    body: '{name} took back the offer of ₩{amount, number}',
  },
  'offer.expired': {
    title: 'Offer expired',
    body: 'The offer of ₩{amount, number} with {name} has expired',
  },
  'offer.closed': {
    title: 'Offer closed',
    body: 'The offer of ₩{amount, number} with {name} is closed',
  },
  'offer.fulfilled': { title: 'Deal done', body: 'The deal with {name} is done' },
  'offer.fellThrough': { title: 'Deal fell through', body: 'The deal with {name} fell through' },
  'request.made': { title: 'Give-away request', body: '{name} would like to have it' },
  'request.accepted': { title: 'Request accepted', body: '{name} is giving it to you' },
  'request.declined': { title: 'Request declined', body: '{name} declined the request' },
  'request.withdrawn': { title: 'Request withdrawn', body: '{name} took back the request' },
  'request.expired': { title: 'Request expired', body: 'The request with {name} has expired' },
  'request.closed': { title: 'Request closed', body: 'The request with {name} is closed' },
  'appointment.proposed': {
    title: 'Appointment proposed',
    body: '{name} proposes to meet on {when}',
  },
  'appointment.changed': {
    title: 'Appointment changed',
    body: '{name} would rather meet on {when}',
  },
  'appointment.confirmed': {
    title: 'Appointment confirmed',
    body: '{name} confirmed to meet on {when}',
  },
  'notice.left': { title: '{name}', body: '{name} left the conversation' },
  'notice.offerEndsSoon': {
    title: 'Offer ends soon',
    body: 'The offer with {name} runs out soon',
  },
  'notice.dealOpened': { title: 'Deal opened', body: '{name} chose you for the deal' },
  'notice.dealCompleted': { title: 'Deal done', body: 'The deal with {name} is done' },
  'notice.dealCancelled': {
    title: 'Deal cancelled',
    body: 'The deal with {name} was cancelled',
  },
  'notice.dealNoShow': {
    title: 'Missed appointment',
    body: 'The appointment with {name} was reported as missed',
  },
  'notice.dealQuestion': {
    title: 'Still on?',
    body: 'Does the deal with {name} still stand?',
  },
  'notice.dealKept': { title: 'Deal goes on', body: 'The deal with {name} goes on' },
  'notice.dealReleased': {
    title: 'Reservation lifted',
    body: 'Nobody answered: the deal with {name} was released',
  },
  'notice.appointmentSoon': {
    title: 'Appointment soon',
    body: 'You are meeting {name} on {when}',
  },
  'notice.listingFree': {
    title: 'On sale again',
    body: 'What you talked about with {name} is on sale again',
  },
  'notice.reviewsOpen': {
    title: 'Review the deal',
    body: 'Tell how the deal with {name} went',
  },
  'notice.reviewsShown': {
    title: 'Reviews are shown',
    body: 'You and {name} can read your reviews',
  },
  digest: {
    title: 'Haggle',
    body: '{count, plural, one {One thing} other {# things}} happened meanwhile',
  },
  neutral: { title: 'Haggle', body: 'There is something new' },
};
