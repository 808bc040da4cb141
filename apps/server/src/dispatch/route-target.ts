import type { SessionKey, Target, TargetAnswer } from './port.ts';

const NO_WAY: TargetAnswer = {
  result: 'NOT_SUPPORTED',
  detail: 'the back office of the session offers no way to do it',
};

/** Two ways out behind one port: sessions of `ownPeerId` go to the own stations, all others to the back offices they belong to. */
export function routeTarget(ownPeerId: string, own: Target, others: Target): Target {
  const of = (key: SessionKey) => (key.peerId === ownPeerId ? own : others);
  return {
    carriesDischarge: (key) => of(key).carriesDischarge(key),
    setProfile: (key, profile, reference) => of(key).setProfile(key, profile, reference),
    clearProfile: (key, reference) => of(key).clearProfile(key, reference),
    readProfile: (key, durationS) => of(key).readProfile(key, durationS),
    knows: async (key) => (await of(key).knows?.(key)) ?? true,
    reachable: (key) => of(key).reachable?.(key) ?? true,
    stop: async (key) => (await of(key).stop?.(key)) ?? NO_WAY,
    takeOutOfService: async (key) => (await of(key).takeOutOfService?.(key)) ?? NO_WAY,
    heldByHand: (key) => of(key).heldByHand?.(key) ?? false,
    fallbackW: (key) => of(key).fallbackW?.(key),
    pauseMs: (key) => of(key).pauseMs?.(key),
    listen(events) {
      own.listen?.(events);
      others.listen?.(events);
    },
  };
}
