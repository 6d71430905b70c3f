import type { view } from '../contract/index.js';
import { presentImage } from '../domain/image.js';
import { gonePerson } from '../domain/gone-person.js';
import { presentNeighbourhood } from '../domain/neighbourhood.js';
import { deviceName } from './device-name.js';
import type { Session } from './session.js';
import { livesSomewhere, type ProofAsked } from './user.policy.js';
import type { User } from './user.js';
import type { Profile, UserStore } from './user.store.js';

/** A person as others see them. */
export const presentProfile = (profile: Profile): view.User => ({
  id: profile.id,
  nickname: profile.nickname,
  createdAt: profile.createdAt.toISOString(),
  temperature: profile.temperature,
  ...(profile.avatar ? { avatar: presentImage(profile.avatar) } : {}),
});

/** Looks people up together; the answer shows each of them, and a stand-in for those who are gone. */
export async function presentPeople(
  users: UserStore,
  ids: string[],
): Promise<(id: string) => view.User> {
  const profiles = await users.profilesOf(ids);
  return (id) => {
    const profile = profiles.get(id);
    return profile ? presentOnce(profile) : gonePerson(id);
  };
}

/** By profiles as they were read, which nothing changes. */
const presented = new WeakMap<Profile, view.User>();

/** The same view for the same profile: people are shown many times a second. */
function presentOnce(profile: Profile): view.User {
  const known = presented.get(profile) ?? presentProfile(profile);
  presented.set(profile, known);
  return known;
}

/** Oneself. */
export const presentMe = (user: User, asked: ProofAsked, now: Date): view.Me => ({
  ...presentProfile(user),
  email: user.email,
  emailVerified: user.emailVerified,
  mustVerifyEmail: asked.email && !user.emailVerified,
  neighbourhood: user.neighbourhood ? presentNeighbourhood(user.neighbourhood) : null,
  mustProveNeighbourhood: asked.neighbourhood && !livesSomewhere(user, now),
  ...(user.role ? { role: user.role } : {}),
});

export const presentSession = (session: Session, currentId: string): view.Session => ({
  id: session.id,
  current: session.id === currentId,
  ...named(session),
  userAgent: session.userAgent,
  createdAt: session.createdAt.toISOString(),
  lastUsedAt: session.lastUsedAt.toISOString(),
});

const named = ({ userAgent }: Session) => {
  const name = deviceName(userAgent);
  return name === undefined ? {} : { name };
};
