import type { InterfaceRole, OcpiVersion } from '../exchange/party.ts';
import type { Peer } from '../exchange/peer.ts';
import type { OcpiPlatform } from '../exchange/platform.ts';
import type { OcpiPorts } from '../exchange/ports.ts';
import type { Version, VersionDetails } from '../model/index.ts';
import type { ModuleDefinition } from '../server/module-definition.ts';
import { modulePath } from '../server/router.ts';

/** Versions of this library, the newest first. */
export const VERSIONS: readonly OcpiVersion[] = ['2.3.0', '2.2.1'];

/** What the versions endpoint answers. */
export function offeredVersions(platform: OcpiPlatform): Version[] {
  return (platform.versions ?? VERSIONS).map((version) => ({
    version,
    url: `${platform.baseUrl}/${version}`,
  }));
}

/** Version details as this peer may see them: modules with a port, custom ones only with an agreement (X1). */
export function versionDetails(
  platform: OcpiPlatform,
  modules: readonly ModuleDefinition[],
  version: OcpiVersion,
  peer: Peer,
): VersionDetails {
  const endpoints = modules
    .filter((module) => isServed(platform, module, peer))
    .map((module) => ({
      identifier: module.id,
      role: module.interfaceRole,
      url: `${platform.baseUrl}/${modulePath(version, module)}`,
    }));
  const credentials = {
    identifier: 'credentials',
    role: 'SENDER' as const,
    url: `${platform.baseUrl}/${version}/credentials`,
  };
  return { version, endpoints: [credentials, ...endpoints] };
}

/** A module is there for a peer when its port is given and, for custom modules, when it was agreed. */
export function isServed(platform: OcpiPlatform, module: ModuleDefinition, peer: Peer): boolean {
  const port: Readonly<Record<string, unknown>> | undefined = platform.ports[module.port];
  if (port?.[module.interfaceRole.toLowerCase()] === undefined) return false;
  return module.byAgreement !== true || peer.agreements.includes(module.port);
}

/** Address of one of our own endpoints, e.g. to build a `response_url` with `responseUrl`. */
export function ownEndpoint(
  platform: Pick<OcpiPlatform, 'baseUrl'>,
  version: OcpiVersion,
  module: keyof OcpiPorts,
  role: InterfaceRole,
): string {
  return `${platform.baseUrl}/${version}/${role.toLowerCase()}/${module}`;
}
