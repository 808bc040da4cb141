import assert from 'node:assert/strict';
import type { Peer } from '../exchange/peer.ts';
import type { Session } from '../model/index.ts';
import { MemoryObjects } from './memory-ports.ts';
import { CPO, type PlatformOptions, SCSP, startPlatform, type TestPlatform } from './platforms.ts';

/** An SCSP and a CPO that do not know each other yet. */
export async function strangers(
  t: { after(fn: () => Promise<void>): void },
  options: PlatformOptions = {},
): Promise<{ scsp: TestPlatform; cpo: TestPlatform }> {
  const sessions = new MemoryObjects<Session>();
  const scsp = await startPlatform({ party: SCSP, ports: { sessions: { receiver: sessions } }, ...options });
  const cpo = await startPlatform({
    party: CPO,
    ports: { chargingprofiles: { receiver: new NoProfiles() } },
    ...options,
  });
  t.after(async () => {
    await scsp.served.close();
    await cpo.served.close();
  });
  return { scsp, cpo };
}

/** A CPO that knows no session. */
class NoProfiles {
  async get() {
    return { ok: true, data: { result: 'UNKNOWN_SESSION', timeout: 0 } } as const;
  }
  put = this.get;
  delete = this.get;
}

/** The only peer a platform knows. */
export async function only(platform: TestPlatform): Promise<Peer> {
  const peers = await platform.platform.peers.list();
  assert.equal(peers.length, 1);
  return peers[0]!;
}
