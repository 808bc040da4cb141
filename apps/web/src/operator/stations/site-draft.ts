import type { Operations } from '../../api/operations.ts';

export type SiteBody = Operations['POST /api/network/locations']['body'];

/** What the pages use of an OCPI location of one's own. */
export interface OwnSite {
  readonly id: string;
  readonly name?: string;
  readonly address: string;
  readonly city: string;
  readonly country: string;
  readonly coordinates: { readonly latitude: string; readonly longitude: string };
  readonly time_zone: string;
  readonly publish: boolean;
  readonly publish_allowed_to?: readonly { readonly group_id?: string }[];
}
export const siteName = ({ name, address }: Pick<OwnSite, 'name' | 'address'>) => name ?? address;

/** A site as it stands in the form; null is an empty field. */
export interface SiteDraft {
  id: string;
  name: string;
  address: string;
  city: string;
  country: string;
  latitude: number | null;
  longitude: number | null;
  timeZone: string;
  /** Of a new site only: later they are changed in its context. */
  maxImportKw: number | null;
  capKw: number | null;
  maxPhaseKw: number | null;
  currency: string;
}

/** In the zone and country of the site next to it, which it most likely shares. */
export const newSite = (like: OwnSite | undefined, timeZone: string): SiteDraft => ({
  id: '',
  name: '',
  address: '',
  city: like?.city ?? '',
  country: like?.country ?? '',
  latitude: null,
  longitude: null,
  timeZone: like?.time_zone ?? timeZone,
  maxImportKw: null,
  capKw: null,
  maxPhaseKw: null,
  currency: 'EUR',
});

export const siteDraftOf = (site: OwnSite): SiteDraft => ({
  ...newSite(site, site.time_zone),
  id: site.id,
  name: site.name ?? '',
  address: site.address,
  latitude: Number(site.coordinates.latitude),
  longitude: Number(site.coordinates.longitude),
});

/** An id made of the name, where nobody gave one: letters, digits and dashes, at most 36. */
export const siteIdOf = ({ id, name, address }: Pick<SiteDraft, 'id' | 'name' | 'address'>): string =>
  id.trim() !== ''
    ? id.trim()
    : (name.trim() === '' ? address : name)
        .normalize('NFD')
        .replaceAll(/[\u0300-\u036f]/g, '')
        .toUpperCase()
        .replaceAll(/[^A-Z0-9]+/g, '-')
        .replaceAll(/^-+|-+$/g, '')
        .slice(0, 36);

/** What is sent; undefined while a position is missing. `before`: what the site was, and stays where the form says nothing. */
export function siteBodyOf(draft: SiteDraft, before: OwnSite | undefined): SiteBody | undefined {
  const { latitude, longitude, maxImportKw, capKw, maxPhaseKw } = draft;
  const id = siteIdOf(draft);
  if (latitude === null || longitude === null || id === '') return undefined;
  const watts = (kw: number) => Math.round(kw * 1000);
  const groups = before?.publish_allowed_to?.flatMap(({ group_id }) => group_id ?? []);
  return {
    id,
    ...(draft.name.trim() === '' ? {} : { name: draft.name.trim() }),
    address: draft.address.trim(),
    city: draft.city.trim(),
    country: draft.country.trim().toUpperCase(),
    latitude: latitude.toFixed(6),
    longitude: longitude.toFixed(6),
    timeZone: draft.timeZone.trim(),
    ...(before === undefined ? {} : { publish: before.publish }),
    ...(groups === undefined ? {} : { allowedGroups: groups }),
    ...(before !== undefined || maxImportKw === null
      ? {}
      : {
          supply: {
            maxImportW: watts(maxImportKw),
            ...(capKw === null ? {} : { capW: watts(capKw) }),
            ...(maxPhaseKw === null ? {} : { maxPhaseW: watts(maxPhaseKw) }),
            currency: draft.currency.trim().toUpperCase(),
          },
        }),
  };
}
