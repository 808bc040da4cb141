import { type PartLimit, type PartShares, type Profile, powerAt } from '../dispatch/index.ts';
import { withStartKick } from './start-kick.ts';

/** Meters and charge curves differ from the plan: the higher power holds a little longer than the energy of the slot needs. */
const SLACK = 1.1;
/** Less is not worth a message, W. */
const FELT_W = 500;

export interface InSlot {
  readonly profile: Profile;
  /** It charges as early as possible: what it may draw at most, W. */
  readonly hurriedW?: number;
  readonly shares?: PartShares;
}

/**
 * A plan knows one power per slot, so the last part of a need is spread over a slot to its end. Who charges as early as possible (FAST, X59)
 * takes that energy at the begin of the running slot, as far as the limits leave room: a cut, a newcomer or an early departure later in
 * the slot then costs nothing.
 *
 * @param slotEndMs end of the running slot @param budgetW what all may draw in it, W; null: no limit
 * @param parts limits of parts of the supply
 */
export function earlyInSlot(
  sessions: readonly InSlot[],
  slotEndMs: number,
  budgetW: number | null,
  parts: readonly PartLimit[] = [],
): readonly Profile[] {
  const profiles = sessions.map(({ profile }) => profile);
  const nowW = profiles.map((profile) => drawn(profile, profile.startMs));
  const takers = sessions
    .map(({ hurriedW = 0 }, n) => ({ n, moreW: nowW[n]! > 0 ? hurriedW - nowW[n]! : 0 }))
    .filter(({ moreW }) => moreW > FELT_W)
    .sort((a, b) => a.moreW - b.moreW || a.n - b.n);
  if (takers.length === 0) return profiles;
  const untilMs = firstRise(profiles, slotEndMs);
  const rooms = [
    { id: undefined, budgetW: budgetW ?? Number.POSITIVE_INFINITY },
    ...parts.map(({ id, budget }) => ({ id, budgetW: budget[0]?.powerW ?? Number.POSITIVE_INFINITY })),
  ].map(({ id, budgetW: limitW }) => ({
    id,
    leftW: limitW - sessions.reduce((sum, session, n) => sum + nowW[n]! * shareOf(session, id), 0),
  }));
  for (const [done, { n, moreW }] of takers.entries()) {
    const session = sessions[n]!;
    let extraW = moreW;
    for (const { id, leftW } of rooms) {
      const share = shareOf(session, id);
      if (share > 0) extraW = Math.min(extraW, Math.floor(leftW / share / (takers.length - done)));
    }
    if (extraW <= FELT_W) continue;
    for (const room of rooms) room.leftW -= extraW * shareOf(session, room.id);
    const { startMs, periods } = session.profile;
    const steadyMs = Math.min(slotEndMs, periods[1]?.startMs ?? slotEndMs) - startMs;
    const lastsMs = (steadyMs * SLACK * nowW[n]!) / (nowW[n]! + extraW);
    const endMs = Math.min(untilMs, startMs + Math.round(lastsMs / 1000) * 1000);
    profiles[n] = withStartKick(session.profile, endMs, nowW[n]! + extraW);
  }
  return profiles;
}

const shareOf = ({ shares }: InSlot, part: string | undefined): number =>
  part === undefined || shares === undefined ? 1 : (shares[part] ?? 0);

const drawn = (profile: Profile, atMs: number) => Math.max(0, powerAt(profile, atMs) ?? 0);

/** Up to then nobody takes more than now. */
function firstRise(profiles: readonly Profile[], slotEndMs: number): number {
  let firstMs = slotEndMs;
  for (const { periods } of profiles)
    for (const [n, { startMs, powerW }] of periods.entries())
      if (n > 0 && powerW > periods[n - 1]!.powerW) firstMs = Math.min(firstMs, startMs);
  return firstMs;
}
