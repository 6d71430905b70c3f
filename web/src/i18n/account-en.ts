import type { accountKo } from './account-ko.js';

export const accountEn: typeof accountKo = {
  'account.title': 'Account',
  'account.delete': 'Delete account',
  'account.deleteTitle': 'Delete your account?',
  'account.deleteWhat': 'This can’t be undone. Once deleted:',
  'account.deleteListings': 'All your listings and their photos are gone.',
  'account.deleteTrades': 'Open offers and deals are cancelled.',
  'account.deleteChats': 'You leave your chats. The others can still read what was said.',
  'account.deleteDevices': 'You are signed out on all devices.',
  'account.deleteData': (hours) => `Your personal data is erased within ${hours} hours.`,
  'account.deleteYes': 'Delete',
  'account.password': 'Password',
  'account.passwordWrong': 'That password is wrong.',
  'account.deleted': 'Your account is deleted.',
  'neighbourhood.title': 'Neighbourhood',
  'neighbourhood.none': 'Not confirmed yet.',
  'neighbourhood.needed': 'Confirm it to sell, chat and make offers.',
  'neighbourhood.until': (date) => `Confirmed until ${date}.`,
  'neighbourhood.here': 'I am here',
  'neighbourhood.unknown':
    'Your device does not say where it is. Allow the location and try again.',
  'neighbourhood.vague': (metres) =>
    `Your location is known to about ${metres} m only. Try again under the open sky.`,
  'person.deleted': 'Deleted account',
};
