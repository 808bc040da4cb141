import type { OcpiVersion } from '../exchange/party.ts';
import type { OcpiPorts } from '../exchange/ports.ts';
import type { ScOptimisation, Session, Tariff } from '../model/index.ts';
import type { OcpiLimits } from '../server/handler-contract.ts';
import { MemoryObjects } from './memory-ports.ts';
import { CPO, registerAt, SCSP, startPlatform, type TestPlatform } from './platforms.ts';
import { ask, type RawRequest } from './raw-request.ts';

export interface Served {
  readonly scsp: TestPlatform;
  readonly sessions: MemoryObjects<Session>;
  readonly tariffs: MemoryObjects<Tariff>;
  readonly optimisations: MemoryObjects<ScOptimisation>;
  /** Asks as the registered CPO, below `{version}/`. */
  ask(path: string, request?: RawRequest): ReturnType<typeof ask>;
  readonly token: string;
}

/** An SCSP with a registered CPO, and everything asked over real HTTP. */
export async function serve(
  t: { after(fn: () => Promise<void>): void },
  version: OcpiVersion,
  more: {
    readonly limits?: Partial<OcpiLimits>;
    readonly ports?: OcpiPorts;
    readonly agreements?: readonly string[];
  } = {},
): Promise<Served> {
  const sessions = new MemoryObjects<Session>();
  const tariffs = new MemoryObjects<Tariff>();
  const optimisations = new MemoryObjects<ScOptimisation>();
  const ports: OcpiPorts = {
    sessions: { receiver: sessions },
    tariffs: { receiver: tariffs, sender: tariffs },
    smartchargingoptimisation: { receiver: optimisations },
    ...more.ports,
  };
  const scsp = await startPlatform({ party: SCSP, ports, ...(more.limits ? { limits: more.limits } : {}) });
  const cpo = await startPlatform({
    party: CPO,
    ports: { tariffs: { sender: tariffs } },
    versions: [version],
  });
  t.after(async () => {
    await scsp.served.close();
    await cpo.served.close();
  });
  await registerAt(scsp, cpo, { atHost: { agreements: more.agreements ?? [] } });
  const token = (await cpo.platform.peers.list())[0]?.outboundToken ?? '';
  return {
    scsp,
    sessions,
    tariffs,
    optimisations,
    token,
    ask: (path, request = {}) => ask(`${scsp.platform.baseUrl}/${version}/${path}`, { token, ...request }),
  };
}

/** A PUT of `body`. */
export const put = (body: unknown, headers: Record<string, string> = {}): RawRequest => ({
  method: 'PUT',
  body,
  headers,
});
