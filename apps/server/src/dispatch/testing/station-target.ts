import type { Profile, SessionKey, Target, TargetAnswer, TargetEvents } from '../port.ts';
import { powerAt } from '../power.ts';

/** What a test station does with the next message. */
export type Behaviour =
  | 'accept'
  | 'refuse'
  | 'too-often'
  | 'unknown-session'
  | 'not-supported'
  /** Refuses with a text that no database keeps. */
  | 'says-nonsense'
  /** No answer in time; the profile was not taken. */
  | 'lose'
  /** No answer in time; the profile was taken all the same. */
  | 'take-silently'
  /** The answer comes when the test says so. */
  | 'hold';

/** Charging stations that really hold profiles, behind the Target port: every one does what the test told it to. */
export class StationTarget implements Target {
  readonly held = new Map<string, Profile>();
  readonly sent: { readonly sessionId: string; readonly profile: Profile; readonly reference: string }[] = [];
  readonly cleared: string[] = [];
  readonly behaviour = new Map<string, Behaviour>();
  /** Sessions that were ended, and those whose EVSE was taken out of service. */
  readonly stopped: string[] = [];
  readonly outOfService: string[] = [];
  /** Sessions that go on all the same. */
  readonly unstoppable = new Set<string>();
  readable = true;
  /** Sessions that are over. */
  readonly over = new Set<string>();
  events: TargetEvents | undefined;
  #held: (() => void)[] = [];

  listen(events: TargetEvents): void {
    this.events = events;
  }

  async carriesDischarge(): Promise<boolean> {
    return false;
  }

  async setProfile(key: SessionKey, profile: Profile, reference: string): Promise<TargetAnswer> {
    this.sent.push({ sessionId: key.sessionId, profile, reference });
    const behaviour = this.behaviour.get(key.sessionId) ?? 'accept';
    if (behaviour === 'hold') await new Promise<void>((resolve) => this.#held.push(resolve));
    switch (behaviour) {
      case 'accept':
      case 'hold':
        this.held.set(key.sessionId, profile);
        return { result: 'ACCEPTED' };
      case 'take-silently':
        this.held.set(key.sessionId, profile);
        return { result: 'UNKNOWN', detail: 'no answer' };
      case 'lose':
        return { result: 'UNKNOWN', detail: 'no answer' };
      case 'refuse':
        return { result: 'REJECTED', detail: 'the station refused' };
      case 'says-nonsense':
        return { result: 'REJECTED', detail: 'no\u0000\ud800' };
      case 'too-often':
        return { result: 'TOO_OFTEN', detail: 'wait' };
      case 'unknown-session':
        return { result: 'UNKNOWN_SESSION', detail: 'no such session' };
      case 'not-supported':
        return { result: 'NOT_SUPPORTED', detail: 'no profiles' };
    }
  }

  async knows(key: SessionKey): Promise<boolean> {
    return !this.over.has(key.sessionId);
  }

  async clearProfile(key: SessionKey): Promise<TargetAnswer> {
    this.cleared.push(key.sessionId);
    this.held.delete(key.sessionId);
    return { result: 'ACCEPTED' };
  }

  async stop({ sessionId }: SessionKey): Promise<TargetAnswer> {
    this.stopped.push(sessionId);
    return this.unstoppable.has(sessionId)
      ? { result: 'REJECTED', detail: 'the station refused' }
      : { result: 'ACCEPTED' };
  }

  async takeOutOfService({ sessionId }: SessionKey): Promise<TargetAnswer> {
    this.outOfService.push(sessionId);
    return { result: 'ACCEPTED' };
  }

  async readProfile(key: SessionKey): Promise<Profile | undefined> {
    return this.readable ? this.held.get(key.sessionId) : undefined;
  }

  /** Lets the answers that were held back come. */
  release(): void {
    const held = this.#held;
    this.#held = [];
    for (const resolve of held) resolve();
  }

  /** Power each station allows at an instant; `maximumW` where it holds nothing. */
  allowedW(sessionIds: readonly string[], atMs: number, maximumW: number): number {
    return sessionIds.reduce((sum, id) => {
      const profile = this.held.get(id);
      return sum + ((profile && powerAt(profile, atMs)) ?? maximumW);
    }, 0);
  }
}
