import { type Answer, call } from '../api/client.ts';

export const PROFILE_TYPES = ['CHEAP', 'GREEN', 'REGULAR', 'FAST'] as const;
export type ProfileType = (typeof PROFILE_TYPES)[number];
type Key = NonNullable<Answer<'GET /api/contexts/{contextId}/picture'>['evses'][number]['session']>['key'];

interface Wishes {
  readonly dischargeAllowed?: boolean;
  readonly [name: string]: unknown;
}

/** Changes how a car is charged and leaves everything else its driver wished as it is. */
export async function setProfileType(key: Key, profileType: ProfileType): Promise<void> {
  const session = (await call('GET /api/sessions/{peerId}/{sessionId}', { path: key })) as {
    readonly preferences?: Wishes;
  };
  const { dischargeAllowed = false, ...others } = session.preferences ?? {};
  await call('PUT /api/sessions/{peerId}/{sessionId}/preferences', {
    path: key,
    body: { ...others, dischargeAllowed, profileType },
  });
}
