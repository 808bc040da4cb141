import type { SnapshotSession } from '../sites/index.ts';

/**
 * A session as it is planned where its driver chose another provider, or none (D1.5-§1.1-2): as if nobody had wished anything, so that it
 * charges at once, below every limit. What the chosen provider sets takes the place of that; while it is silent, nobody waits for it
 * (D1.5-§1.1-1b).
 */
export function asItsDriverChose(entry: SnapshotSession): SnapshotSession {
  if (!isLeftAlone(entry.session)) return entry;
  const { priority } = entry.session.preferences;
  const preferences = {
    dischargeAllowed: false,
    profileType: 'REGULAR' as const,
    ...(priority === undefined ? {} : { priority }),
  };
  return { ...entry, session: { ...entry.session, preferences } };
}

/** Why it is so, as a plan's record says it; undefined: it is planned here. */
export function leftAloneWhy(session: SnapshotSession['session']): string | undefined {
  if (!isLeftAlone(session)) return undefined;
  return session.provider === 'none'
    ? 'the driver chose no smart charging'
    : 'the driver chose another provider; until it sets a profile this car charges at once';
}

const isLeftAlone = ({ provider = 'own' }: SnapshotSession['session']) => provider !== 'own';
