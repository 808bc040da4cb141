import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OcpiHandler, type ServedHandler, serveNode } from '@smac/ocpi';
import { ManualClock } from '../../../dispatch/testing/manual-clock.ts';
import { TestLog } from '../../../dispatch/testing/test-log.ts';
import { createSites, type Sites } from '../../../sites/index.ts';
import type { Store } from '../../../store/index.ts';
import { Activity } from '../../../time/activity.ts';
import { createScsp } from '../create-scsp.ts';
import type { InviteTerms } from '../parties.ts';
import type { Scsp, ScspConfig } from '../scsp.ts';
import { TestCpo } from './test-cpo.ts';

export const T0 = Date.UTC(2026, 10, 21, 12);

/** The role with real HTTP, a real store and the real sites room; time stands until the test moves it. */
export interface ScspRig {
  readonly clock: ManualClock;
  readonly sites: Sites;
  readonly scsp: Scsp;
  readonly log: TestLog;
  readonly served: ServedHandler;
  readonly dataDir: string;
  readonly activity: Activity;
  /** Starts a counterpart and registers it by the real handshake. */
  join(terms?: Partial<InviteTerms>): Promise<{ readonly cpo: TestCpo; readonly peerId: string }>;
  /** The process ends without saying goodbye, and another one starts on the same store, clock and address. */
  restart(): Promise<ScspRig>;
  close(): Promise<void>;
}

interface Before {
  readonly clock: ManualClock;
  readonly dataDir: string;
  readonly port: number;
  readonly cpos: TestCpo[];
}

export async function scspRig(
  store: Store,
  config: Partial<ScspConfig> = {},
  before?: Before,
): Promise<ScspRig> {
  const clock = before?.clock ?? new ManualClock(T0);
  const dataDir = before?.dataDir ?? mkdtempSync(join(tmpdir(), 'smac-scsp-'));
  const log = new TestLog();
  const activity = new Activity();
  const sites = createSites({ store, clock, log });
  const cpos: TestCpo[] = before?.cpos ?? [];
  let scsp: Scsp | undefined;
  const handler: OcpiHandler = { handle: (request) => scsp!.handle(request) };
  const served = await serveNode(() => handler, before === undefined ? {} : { port: before.port });
  scsp = await createScsp({
    store,
    clock,
    random: randomBytes,
    log,
    activity,
    sites,
    config: {
      publicUrl: served.origin,
      dataDir,
      countryCode: 'NL',
      partyId: 'SMC',
      allowPrivateAddresses: true,
      answerTimeoutMs: 10_000,
      ...config,
    },
  });
  const rig: ScspRig = {
    clock,
    sites,
    scsp,
    log,
    served,
    dataDir,
    activity,
    async join(terms = {}) {
      const cpo = await TestCpo.start(
        clock,
        terms.country ?? 'NL',
        terms.party ?? 'TNM',
        terms.role ?? 'CPO',
      );
      cpos.push(cpo);
      const invited = await rig.scsp.parties.invite({ role: 'CPO', country: 'NL', party: 'TNM', ...terms });
      if (!invited.ok) throw new Error(invited.detail);
      await cpo.register(invited.data);
      return { cpo, peerId: invited.data.peerId };
    },
    async restart() {
      const port = Number(new URL(served.origin).port);
      await served.close();
      return scspRig(store, config, { clock, dataDir, port, cpos });
    },
    async close() {
      await rig.scsp.close();
      for (const cpo of cpos) await cpo.close();
      await served.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
  return rig;
}
