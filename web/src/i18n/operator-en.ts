import type { operatorKo } from './operator-ko.js';

/** The operators' area in English; loaded with it. */
export const operatorEn: typeof operatorKo = {
  lists: 'Operations menu',
  'list.audit': 'Audit trail',
  forbidden: 'This screen is for operators only.',

  'audit.hint': 'What operators and moderators did. Nothing in it is ever changed.',
  'audit.none': 'Nothing was done yet.',
  'audit.from': (address) => `from ${address}`,
  'act.failedLogin': 'Failed sign-in to the admin area',
  'act.claimReport': 'Report taken',
  'act.releaseReport': 'Report left',
  'act.decideReport': 'Report decided',
  'act.sanctionUser': 'Sanction changed',
  'act.blindListing': 'Listing hidden',
  'act.unblindListing': 'Listing shown again',
  'act.decideContest': 'No-show decided',
  'act.setRole': 'Role changed',
  'act.addWatchword': 'Watchword added',
  'act.removeWatchword': 'Watchword removed',
  'act.createHostKey': 'Server key made',
  'act.rotateHostKey': 'Server key rotated',
  'act.endHostKey': 'Server key ended',
  'act.redriveDeadLetter': 'Dead letter put back',
  'act.redriveDeadLetters': 'Dead letters put back',
  'act.replayWebhooks': 'Webhooks sent again',
  'act.enableWebhooks': 'Webhooks switched on again',
};
