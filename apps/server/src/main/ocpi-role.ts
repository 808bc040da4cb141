import type { Config } from '../config/index.ts';
import type { Target, TargetAnswer } from '../dispatch/index.ts';
import { createHub } from '../roles/hub/index.ts';
import { createScsp, type Scsp, type ScspConfig, type ScspOptions } from '../roles/scsp/index.ts';

/** The OCPI faces of the role that this process plays: the provider beside its own stations, or the hub between others. */
export async function createOcpiRole(
  config: Config,
  options: Omit<ScspOptions, 'config'>,
  more: Pick<ScspConfig, 'publicUrl'> & Partial<ScspConfig>,
): Promise<Scsp> {
  const { dataDir, countryCode, partyId } = config;
  const all: ScspOptions = {
    ...options,
    config: { dataDir, countryCode, partyId, allowPrivateAddresses: config.ocpiAllowPrivate, ...more },
  };
  if (config.role === 'scsp') return createScsp(all);
  return { ...(await createHub(all)), target: nobody, pull: async () => [] };
}

const refusal: TargetAnswer = {
  result: 'REJECTED',
  detail: 'This process is a hub: it sends no profiles of its own.',
};

/** A hub keeps no session of anybody, so nothing is ever sent here. */
const nobody: Target = {
  listen() {},
  carriesDischarge: async () => false,
  setProfile: async () => refusal,
  clearProfile: async () => refusal,
  readProfile: async () => undefined,
  knows: async () => false,
};
