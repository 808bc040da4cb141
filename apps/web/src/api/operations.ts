// Generated from the server's OpenAPI description by apps/web/openapi/write.ts; do not edit.
export interface Operations {
  'POST /api/auth/sign-in': {
    path?: never;
    query?: never;
    body: {
      readonly email: string;
      readonly password: string;
    };
    answer: {
      readonly state: string;
    };
  };
  'POST /api/auth/second-factor': {
    path?: never;
    query?: never;
    body: {
      readonly passkey: {
        readonly id: string;
        readonly rawId: string;
        readonly type: "public-key";
        readonly response: {
          readonly clientDataJSON: string;
          readonly authenticatorData: string;
          readonly signature: string;
          readonly userHandle?: string;
        };
        readonly clientExtensionResults: Readonly<Record<string, unknown>>;
        readonly authenticatorAttachment?: string;
      };
    } | {
      readonly code: string;
    } | {
      readonly recoveryCode: string;
    };
    answer: {
      readonly kind: string;
      readonly id: string;
      readonly email: string | null;
      readonly name: string | null;
      readonly role: string;
      readonly peerId: string | null;
      readonly rights: readonly string[];
      readonly csrfToken?: string;
      readonly session?: {
        readonly handle: string;
        readonly created: string;
        readonly idleEnds: string;
        readonly ends: string;
        readonly steppedUpUntil: string | null;
      };
      readonly recoveryCodesLeft?: number;
      readonly demo: boolean;
    };
  };
  'POST /api/auth/step-up': {
    path?: never;
    query?: never;
    body: {
      readonly passkey: {
        readonly id: string;
        readonly rawId: string;
        readonly type: "public-key";
        readonly response: {
          readonly clientDataJSON: string;
          readonly authenticatorData: string;
          readonly signature: string;
          readonly userHandle?: string;
        };
        readonly clientExtensionResults: Readonly<Record<string, unknown>>;
        readonly authenticatorAttachment?: string;
      };
    } | {
      readonly code: string;
    } | {
      readonly recoveryCode: string;
    };
    answer: {
      readonly steppedUpUntil: string;
    };
  };
  'POST /api/auth/sign-out': {
    path?: never;
    query?: never;
    body: {
      readonly everywhere?: boolean;
    };
    answer: Readonly<Record<string, unknown>>;
  };
  'POST /api/auth/invitation': {
    path?: never;
    query?: never;
    body: {
      readonly token: string;
    };
    answer: {
      readonly purpose: string;
      readonly email: string | null;
      readonly name: string | null;
      readonly role: string;
      readonly expires: string;
      readonly secret: string;
      readonly uri: string;
    };
  };
  'POST /api/auth/accept': {
    path?: never;
    query?: never;
    body: {
      readonly token: string;
      readonly password: string;
      readonly code: string;
      readonly name?: string;
      readonly email?: string;
    };
    answer: {
      readonly me: {
        readonly kind: string;
        readonly id: string;
        readonly email: string | null;
        readonly name: string | null;
        readonly role: string;
        readonly peerId: string | null;
        readonly rights: readonly string[];
        readonly csrfToken?: string;
        readonly session?: {
          readonly handle: string;
          readonly created: string;
          readonly idleEnds: string;
          readonly ends: string;
          readonly steppedUpUntil: string | null;
        };
        readonly recoveryCodesLeft?: number;
        readonly demo: boolean;
      };
      readonly recoveryCodes: readonly string[];
    };
  };
  'POST /api/auth/link': {
    path?: never;
    query?: never;
    body: {
      readonly token: string;
    };
    answer: {
      readonly kind: string;
      readonly id: string;
      readonly email: string | null;
      readonly name: string | null;
      readonly role: string;
      readonly peerId: string | null;
      readonly rights: readonly string[];
      readonly csrfToken?: string;
      readonly session?: {
        readonly handle: string;
        readonly created: string;
        readonly idleEnds: string;
        readonly ends: string;
        readonly steppedUpUntil: string | null;
      };
      readonly recoveryCodesLeft?: number;
      readonly demo: boolean;
    };
  };
  'POST /api/auth/password-links': {
    path?: never;
    query?: never;
    body: {
      readonly email: string;
      readonly language: "en" | "nl" | "es" | "it" | "fi" | "hu" | "ca" | "de";
    };
    answer: {
      readonly asked: boolean;
    };
  };
  'POST /api/auth/password': {
    path?: never;
    query?: never;
    body: {
      readonly token: string;
      readonly password: string;
      readonly language: "en" | "nl" | "es" | "it" | "fi" | "hu" | "ca" | "de";
    };
    answer: {
      readonly changed: boolean;
    };
  };
  'GET /api/mail': {
    path?: never;
    query?: never;
    body?: never;
    answer: {
      readonly isOffered: boolean;
    };
  };
  'GET /api/mail/state': {
    path?: never;
    query?: never;
    body?: never;
    answer: {
      readonly isOffered: boolean;
      readonly waiting: number;
      readonly sent: number;
      readonly givenUp: number;
      readonly lastFault: string | null;
    };
  };
  'POST /api/mail/confirmation': {
    path?: never;
    query?: never;
    body: {
      readonly token: string;
    };
    answer: {
      readonly confirmed: boolean;
    };
  };
  'POST /api/mail/unsubscribe': {
    path?: never;
    query: {
      readonly token: string;
    };
    body?: never;
    answer: {
      readonly ended: boolean;
    };
  };
  'GET /api/me': {
    path?: never;
    query?: never;
    body?: never;
    answer: {
      readonly kind: string;
      readonly id: string;
      readonly email: string | null;
      readonly name: string | null;
      readonly role: string;
      readonly peerId: string | null;
      readonly rights: readonly string[];
      readonly csrfToken?: string;
      readonly session?: {
        readonly handle: string;
        readonly created: string;
        readonly idleEnds: string;
        readonly ends: string;
        readonly steppedUpUntil: string | null;
      };
      readonly recoveryCodesLeft?: number;
      readonly demo: boolean;
    };
  };
  'GET /api/overview': {
    path?: never;
    query?: never;
    body?: never;
    answer: {
      readonly now: string;
      readonly sites: readonly ({
        readonly contextId: string;
        readonly objectId: string;
        readonly party: string;
        readonly name: string;
        readonly city: string | null;
        readonly timeZone: string;
        readonly currency: string;
        readonly shadow: boolean;
        readonly peerId: string;
        readonly position: {
          readonly latitude: number;
          readonly longitude: number;
        } | null;
        readonly state: "faulted" | "silent" | "charging" | "occupied" | "free";
        readonly evses: number;
        readonly sessions: number;
        readonly charging: number;
        readonly evPowerW: number;
        readonly netPowerW: number | null;
        readonly limitW: number | null;
        readonly lastMessage: string | null;
        readonly today: {
          readonly cost: number;
          readonly saving: number;
          readonly energyWh: number;
        };
        readonly alerts: readonly ({
          readonly code: "evse_faulted" | "over_limit" | "shortfall" | "silent" | "inputs";
          readonly count: number;
          readonly detail: string | null;
        })[];
      })[];
    };
  };
  'GET /api/contexts/{contextId}/picture': {
    path: {
      readonly contextId: string;
    };
    query?: never;
    body?: never;
    answer: {
      readonly contextId: string;
      readonly objectId: string;
      readonly party: string;
      readonly name: string;
      readonly city: string | null;
      readonly timeZone: string;
      readonly currency: string;
      readonly shadow: boolean;
      readonly now: string;
      readonly start: string;
      readonly slotMinutes: number;
      readonly limitW: readonly (number | null)[];
      readonly baseLoadW: readonly (number | null)[];
      readonly generationW: readonly (number | null)[];
      readonly meteredNetW: readonly (number | null)[];
      readonly plannedNetW: readonly (number | null)[];
      readonly importPrice: readonly (number | null)[];
      readonly evses: readonly ({
        readonly locationId: string;
        readonly evseUid: string;
        readonly label: string;
        readonly status: string;
        readonly maxW: number;
        readonly meteredW: readonly (number | null)[];
        readonly plannedW: readonly (number | null)[];
        readonly session: {
          readonly key: {
            readonly peerId: string;
            readonly sessionId: string;
          };
          readonly status: string;
          readonly locationId: string;
          readonly evseUid: string;
          readonly start: string;
          readonly energyWh: number;
          readonly energyNeedWh: number | null;
          readonly soc: number | null;
          readonly departure: string | null;
          readonly profileType: string;
          readonly plannedW: number | null;
          readonly actualW: number | null;
          readonly plannedStart: string | null;
          readonly plannedEnd: string | null;
          readonly expected: {
            readonly at: string;
            readonly energyWh: number;
            readonly soc: number | null;
          } | null;
          readonly shortfallWh: number;
          readonly reasons: readonly {
            readonly code: string;
            readonly sentence: string;
          }[];
        } | null;
      })[];
      readonly plan: {
        readonly number: number;
        readonly created: string;
        readonly status: string;
        readonly solver: string;
        readonly cost: number;
        readonly saving: number;
        readonly shortfallWh: number;
        readonly degraded: readonly {
          readonly code: string;
          readonly detail: string;
        }[];
      } | null;
      readonly today: {
        readonly cost: number;
        readonly saving: number;
        readonly energyWh: number;
      };
    };
  };
  'GET /api/contexts/{contextId}/plans': {
    path: {
      readonly contextId: string;
    };
    query?: {
      readonly limit?: number;
      readonly before?: number;
    };
    body?: never;
    answer: readonly Readonly<Record<string, unknown>>[];
  };
  'GET /api/contexts/{contextId}/plans/latest': {
    path: {
      readonly contextId: string;
    };
    query?: never;
    body?: never;
    answer: Readonly<Record<string, unknown>>;
  };
  'GET /api/contexts/{contextId}/inputs': {
    path: {
      readonly contextId: string;
    };
    query?: {
      readonly from?: string;
      readonly to?: string;
    };
    body?: never;
    answer: {
      readonly contextId: string;
      readonly units: {
        readonly demand: string;
        readonly generation: string;
        readonly price: string;
        readonly export_price: string;
        readonly flex: string;
        readonly co2: string;
        readonly cap: string;
        readonly grid_cap: string;
        readonly grid_export_cap: string;
        readonly grid_phase_cap: string;
      };
      readonly series: {
        readonly demand: readonly ({
          readonly start: string;
          readonly durationMs: number;
          readonly value: number;
          readonly layer: "base" | "override";
          readonly source: string;
          readonly received: string;
          readonly validUntil?: string;
        })[];
        readonly generation: readonly ({
          readonly start: string;
          readonly durationMs: number;
          readonly value: number;
          readonly layer: "base" | "override";
          readonly source: string;
          readonly received: string;
          readonly validUntil?: string;
        })[];
        readonly price: readonly ({
          readonly start: string;
          readonly durationMs: number;
          readonly value: number;
          readonly layer: "base" | "override";
          readonly source: string;
          readonly received: string;
          readonly validUntil?: string;
        })[];
        readonly export_price: readonly ({
          readonly start: string;
          readonly durationMs: number;
          readonly value: number;
          readonly layer: "base" | "override";
          readonly source: string;
          readonly received: string;
          readonly validUntil?: string;
        })[];
        readonly flex: readonly ({
          readonly start: string;
          readonly durationMs: number;
          readonly value: number;
          readonly layer: "base" | "override";
          readonly source: string;
          readonly received: string;
          readonly validUntil?: string;
        })[];
        readonly co2: readonly ({
          readonly start: string;
          readonly durationMs: number;
          readonly value: number;
          readonly layer: "base" | "override";
          readonly source: string;
          readonly received: string;
          readonly validUntil?: string;
        })[];
        readonly cap: readonly ({
          readonly start: string;
          readonly durationMs: number;
          readonly value: number;
          readonly layer: "base" | "override";
          readonly source: string;
          readonly received: string;
          readonly validUntil?: string;
        })[];
        readonly grid_cap: readonly ({
          readonly start: string;
          readonly durationMs: number;
          readonly value: number;
          readonly layer: "base" | "override";
          readonly source: string;
          readonly received: string;
          readonly validUntil?: string;
        })[];
        readonly grid_export_cap: readonly ({
          readonly start: string;
          readonly durationMs: number;
          readonly value: number;
          readonly layer: "base" | "override";
          readonly source: string;
          readonly received: string;
          readonly validUntil?: string;
        })[];
        readonly grid_phase_cap: readonly ({
          readonly start: string;
          readonly durationMs: number;
          readonly value: number;
          readonly layer: "base" | "override";
          readonly source: string;
          readonly received: string;
          readonly validUntil?: string;
        })[];
      };
    };
  };
  'PUT /api/contexts/{contextId}/inputs/{kind}': {
    path: {
      readonly contextId: string;
      readonly kind: "demand" | "generation" | "price" | "export_price" | "flex" | "co2" | "cap";
    };
    query?: never;
    body: {
      readonly slots: readonly {
        readonly start: string;
        readonly durationMinutes?: number;
        readonly value: number;
      }[];
      readonly validUntil?: string;
    };
    answer: Readonly<Record<string, unknown>>;
  };
  'DELETE /api/contexts/{contextId}/inputs/{kind}/override': {
    path: {
      readonly contextId: string;
      readonly kind: "demand" | "generation" | "price" | "export_price" | "flex" | "co2" | "cap";
    };
    query?: never;
    body?: never;
    answer: Readonly<Record<string, unknown>>;
  };
  'GET /api/contexts': {
    path?: never;
    query?: never;
    body?: never;
    answer: readonly ({
      readonly id: string;
      readonly kind: "ocpi" | "operator" | "default";
      readonly peerId: string;
      readonly party: string;
      readonly objectId: string;
      readonly version: number;
      readonly shadow: boolean;
      readonly statics: {
        readonly currency: string;
        readonly maxImportW?: number;
        readonly maxExportW?: number;
        readonly capW?: number;
        readonly maxPhaseW?: number;
        readonly opportunityCostPerHour2?: number;
        readonly capacityPricePerKw?: number;
        readonly peakSoFarW?: number;
        readonly gridConnectionId?: string;
        readonly parentId?: string;
        readonly slotMinutes?: number;
        readonly evses: readonly {
          readonly locationId: string;
          readonly evseUid: string;
          readonly connectors: readonly {
            readonly connectorId: string;
            readonly chargeW: number;
            readonly dischargeW?: number;
          }[];
          readonly firstPhase?: number;
        }[];
      };
      readonly updated: string;
    })[];
  };
  'POST /api/contexts': {
    path?: never;
    query?: never;
    body: {
      readonly country: string;
      readonly party: string;
      readonly peerId: string;
      readonly objectId: string;
      readonly shadow?: boolean;
      readonly statics: {
        readonly currency: string;
        readonly maxImportW?: number;
        readonly maxExportW?: number;
        readonly capW?: number;
        readonly maxPhaseW?: number;
        readonly opportunityCostPerHour2?: number;
        readonly capacityPricePerKw?: number;
        readonly peakSoFarW?: number;
        readonly gridConnectionId?: string;
        readonly parentId?: string;
        readonly slotMinutes?: number;
        readonly evses: readonly {
          readonly locationId: string;
          readonly evseUid: string;
          readonly connectors: readonly {
            readonly connectorId: string;
            readonly chargeW: number;
            readonly dischargeW?: number;
          }[];
        }[];
      };
      readonly policies?: readonly {
        readonly evses: readonly {
          readonly locationId: string;
          readonly evseUid: string;
        }[];
        readonly weekdays: readonly number[];
        readonly fromHour: number;
        readonly toHour: number;
        readonly timeZone: string;
        readonly minW?: number;
        readonly maxW?: number;
        readonly maxStayMinutes?: number;
      }[];
    };
    answer: Readonly<Record<string, unknown>>;
  };
  'GET /api/contexts/{contextId}': {
    path: {
      readonly contextId: string;
    };
    query?: never;
    body?: never;
    answer: {
      readonly id: string;
      readonly kind: "ocpi" | "operator" | "default";
      readonly peerId: string;
      readonly party: string;
      readonly objectId: string;
      readonly version: number;
      readonly shadow: boolean;
      readonly statics: {
        readonly currency: string;
        readonly maxImportW?: number;
        readonly maxExportW?: number;
        readonly capW?: number;
        readonly maxPhaseW?: number;
        readonly opportunityCostPerHour2?: number;
        readonly capacityPricePerKw?: number;
        readonly peakSoFarW?: number;
        readonly gridConnectionId?: string;
        readonly parentId?: string;
        readonly slotMinutes?: number;
        readonly evses: readonly {
          readonly locationId: string;
          readonly evseUid: string;
          readonly connectors: readonly {
            readonly connectorId: string;
            readonly chargeW: number;
            readonly dischargeW?: number;
          }[];
          readonly firstPhase?: number;
        }[];
      };
      readonly updated: string;
    };
  };
  'PUT /api/contexts/{contextId}': {
    path: {
      readonly contextId: string;
    };
    query?: never;
    body: {
      readonly basedOn: number;
      readonly statics: {
        readonly currency: string;
        readonly maxImportW?: number;
        readonly maxExportW?: number;
        readonly capW?: number;
        readonly maxPhaseW?: number;
        readonly opportunityCostPerHour2?: number;
        readonly capacityPricePerKw?: number;
        readonly peakSoFarW?: number;
        readonly gridConnectionId?: string;
        readonly parentId?: string;
        readonly slotMinutes?: number;
        readonly evses: readonly {
          readonly locationId: string;
          readonly evseUid: string;
          readonly connectors: readonly {
            readonly connectorId: string;
            readonly chargeW: number;
            readonly dischargeW?: number;
          }[];
        }[];
      };
      readonly policies?: readonly {
        readonly evses: readonly {
          readonly locationId: string;
          readonly evseUid: string;
        }[];
        readonly weekdays: readonly number[];
        readonly fromHour: number;
        readonly toHour: number;
        readonly timeZone: string;
        readonly minW?: number;
        readonly maxW?: number;
        readonly maxStayMinutes?: number;
      }[];
    };
    answer: {
      readonly version: number;
    };
  };
  'GET /api/contexts/{contextId}/versions': {
    path: {
      readonly contextId: string;
    };
    query?: never;
    body?: never;
    answer: readonly {
      readonly version: number;
      readonly statics: {
        readonly currency: string;
        readonly maxImportW?: number;
        readonly maxExportW?: number;
        readonly capW?: number;
        readonly maxPhaseW?: number;
        readonly opportunityCostPerHour2?: number;
        readonly capacityPricePerKw?: number;
        readonly peakSoFarW?: number;
        readonly gridConnectionId?: string;
        readonly parentId?: string;
        readonly slotMinutes?: number;
        readonly evses: readonly {
          readonly locationId: string;
          readonly evseUid: string;
          readonly connectors: readonly {
            readonly connectorId: string;
            readonly chargeW: number;
            readonly dischargeW?: number;
          }[];
          readonly firstPhase?: number;
        }[];
      };
      readonly policies?: readonly {
        readonly evses: readonly {
          readonly locationId: string;
          readonly evseUid: string;
        }[];
        readonly weekdays: readonly number[];
        readonly fromHour: number;
        readonly toHour: number;
        readonly timeZone: string;
        readonly minW?: number;
        readonly maxW?: number;
        readonly maxStayMinutes?: number;
      }[];
      readonly source: string;
      readonly at: string;
    }[];
  };
  'GET /api/contexts/{contextId}/policies': {
    path: {
      readonly contextId: string;
    };
    query?: never;
    body?: never;
    answer: readonly {
      readonly evses: readonly {
        readonly locationId: string;
        readonly evseUid: string;
      }[];
      readonly weekdays: readonly number[];
      readonly fromHour: number;
      readonly toHour: number;
      readonly timeZone: string;
      readonly minW?: number;
      readonly maxW?: number;
      readonly maxStayMinutes?: number;
    }[];
  };
  'GET /api/evses': {
    path?: never;
    query?: never;
    body?: never;
    answer: readonly ({
      readonly peerId: string;
      readonly party: string;
      readonly locationId: string;
      readonly evseUid: string;
      readonly label: string;
      readonly place: string;
      readonly city: string;
      readonly timeZone: string | null;
      readonly latitude: number | null;
      readonly longitude: number | null;
      readonly status: string;
      readonly connectors: readonly {
        readonly connectorId: string;
        readonly standard: string;
        readonly powerType: string;
        readonly maxW: number;
      }[];
      readonly contextId: string | null;
      readonly contextObjectId: string | null;
    })[];
  };
  'PUT /api/sessions/{peerId}/{sessionId}/soc': {
    path: {
      readonly peerId: string;
      readonly sessionId: string;
    };
    query?: never;
    body: {
      readonly soc: number;
      readonly at?: string;
    };
    answer: Readonly<Record<string, unknown>>;
  };
  'GET /api/alarms': {
    path?: never;
    query?: never;
    body?: never;
    answer: readonly ({
      readonly id: number;
      readonly code: "station-offline" | "evse-faulted" | "over-limit" | "shortfall" | "site-silent" | "inputs-missing" | "drift" | "overdraw" | "peer-failing" | "grid-silent";
      readonly severity: "high" | "low";
      readonly peerId: string;
      readonly subject: string;
      readonly contextId: string | null;
      readonly stationId: string | null;
      readonly detail: string | null;
      readonly since: string;
      readonly ended: string | null;
      readonly durationMs: number;
      readonly acknowledged: string | null;
      readonly acknowledgedBy: string | null;
      readonly note: string | null;
    })[];
  };
  'PUT /api/alarms/{alarmId}/acknowledgement': {
    path: {
      readonly alarmId: number;
    };
    query?: never;
    body: {
      readonly note: string;
    };
    answer: {
      readonly id: number;
      readonly code: "station-offline" | "evse-faulted" | "over-limit" | "shortfall" | "site-silent" | "inputs-missing" | "drift" | "overdraw" | "peer-failing" | "grid-silent";
      readonly severity: "high" | "low";
      readonly peerId: string;
      readonly subject: string;
      readonly contextId: string | null;
      readonly stationId: string | null;
      readonly detail: string | null;
      readonly since: string;
      readonly ended: string | null;
      readonly durationMs: number;
      readonly acknowledged: string | null;
      readonly acknowledgedBy: string | null;
      readonly note: string | null;
    };
  };
  'GET /api/grid/partners': {
    path?: never;
    query?: never;
    body?: never;
    answer: readonly Readonly<Record<string, unknown>>[];
  };
  'POST /api/grid/partners': {
    path?: never;
    query?: never;
    body: {
      readonly name: string;
      readonly role?: "cp" | "co";
      readonly dialect?: "standard" | "vector";
      readonly baseUrl?: string;
      readonly token?: string;
    };
    answer: {
      readonly partnerId: string;
      readonly token: string;
      readonly versionUrl: string;
    };
  };
  'DELETE /api/grid/partners/{partnerId}': {
    path: {
      readonly partnerId: string;
    };
    query?: never;
    body?: never;
    answer: Readonly<Record<string, unknown>>;
  };
  'PUT /api/grid/partners/{partnerId}/groups/{groupId}': {
    path: {
      readonly partnerId: string;
      readonly groupId: string;
    };
    query?: never;
    body: {
      readonly contextId: string;
      readonly fallbackW?: number;
    };
    answer: Readonly<Record<string, unknown>>;
  };
  'DELETE /api/grid/partners/{partnerId}/groups/{groupId}': {
    path: {
      readonly partnerId: string;
      readonly groupId: string;
    };
    query?: never;
    body?: never;
    answer: Readonly<Record<string, unknown>>;
  };
  'GET /api/grid/signals': {
    path?: never;
    query?: {
      readonly contextId?: string;
    };
    body?: never;
    answer: readonly Readonly<Record<string, unknown>>[];
  };
  'GET /api/plans/{number}': {
    path: {
      readonly number: number;
    };
    query?: never;
    body?: never;
    answer: Readonly<Record<string, unknown>>;
  };
  'GET /api/plans/{number}/picture': {
    path: {
      readonly number: number;
    };
    query?: never;
    body?: never;
    answer: {
      readonly number: number;
      readonly contextId: string;
      readonly objectId: string;
      readonly name: string;
      readonly timeZone: string;
      readonly currency: string;
      readonly now: string;
      readonly start: string;
      readonly slotMinutes: number;
      readonly limitW: readonly (number | null)[];
      readonly baseLoadW: readonly (number | null)[];
      readonly generationW: readonly (number | null)[];
      readonly plannedNetW: readonly (number | null)[];
      readonly importPrice: readonly (number | null)[];
      readonly causes: readonly string[];
      readonly status: string;
      readonly solver: string;
      readonly solveMs: number;
      readonly cost: number;
      readonly shortfallWh: number;
      readonly degraded: readonly {
        readonly code: string;
        readonly detail: string;
      }[];
      readonly cars: readonly ({
        readonly id: string;
        readonly evse: string | null;
        readonly profileType: string;
        readonly remainingWh: number | null;
        readonly departure: string | null;
        readonly soc: number | null;
        readonly powerW: readonly number[];
        readonly energyWh: number;
        readonly starts: string | null;
        readonly ends: string | null;
        readonly shortfallWh: number;
        readonly policy: string;
        readonly reasons: readonly {
          readonly code: string;
          readonly sentence: string;
        }[];
      })[];
    };
  };
  'POST /api/plans/preview': {
    path?: never;
    query?: never;
    body: {
      readonly start: string;
      readonly now?: string;
      readonly slot0_import_wh?: number;
      readonly slot_minutes?: number;
      readonly slots?: number;
      readonly currency?: string;
      readonly opportunity?: "exact" | "linear";
      readonly site?: {
        readonly max_import_w?: number | readonly number[];
        readonly flex_w?: readonly number[];
        readonly cap_w?: number | readonly number[];
        readonly max_phase_w?: number;
        readonly max_export_w?: number | readonly number[];
        readonly demand_w?: readonly number[];
        readonly generation_w?: readonly number[];
        readonly import_price?: readonly number[];
        readonly export_price?: readonly number[];
        readonly capacity_price?: number;
        readonly peak_so_far_w?: number;
        readonly co2_g_per_kwh?: readonly number[];
        readonly opportunity_cost?: number;
      };
      readonly sessions?: readonly ({
        readonly id: string;
        readonly arrival?: string;
        readonly departure?: string;
        readonly max_charge_w: number;
        readonly charge_limit_w?: readonly number[];
        readonly min_charge_w?: number;
        readonly max_discharge_w?: number;
        readonly phases?: readonly (1 | 2 | 3)[];
        readonly battery_wh?: number;
        readonly soc?: number;
        readonly reserve_soc?: number;
        readonly max_soc?: number;
        readonly targets?: readonly ({
          readonly at: string;
          readonly soc: number;
          readonly kind?: "target" | "minimum";
        })[];
        readonly energy_need_wh?: number;
        readonly charge_efficiency?: number;
        readonly discharge_efficiency?: number;
        readonly wear_cost?: number;
        readonly occupied_slots?: number;
        readonly priority?: "normal" | "priority";
        readonly preference?: "CHEAP" | "GREEN" | "FAST" | "REGULAR";
      })[];
      readonly groups?: readonly {
        readonly id: string;
        readonly sessions: readonly string[];
        readonly max_w?: number;
        readonly max_phase_w?: number;
      }[];
      readonly stores?: readonly {
        readonly id: string;
        readonly capacity_wh: number;
        readonly soc: number;
        readonly min_soc?: number;
        readonly max_soc?: number;
        readonly max_charge_w: number;
        readonly max_discharge_w: number;
        readonly charge_efficiency?: number;
        readonly discharge_efficiency?: number;
        readonly wear_cost?: number;
        readonly end_soc?: number;
      }[];
    };
    answer: {
      readonly start?: string;
      readonly slot_minutes?: number;
      readonly currency?: string;
      readonly status: "optimal" | "feasible" | "fallback";
      readonly solver: string;
      readonly solve_ms: number;
      readonly warm_start?: boolean;
      readonly bound: number | null;
      readonly gap: number | null;
      readonly cost: {
        readonly total: number;
        readonly import: number;
        readonly export: number;
        readonly capacity: number;
        readonly wear: number;
        readonly opportunity: number;
      };
      readonly shortfall_wh: number;
      readonly over_limit_wh: number;
      readonly site: {
        readonly net_w: readonly number[];
        readonly ev_w: readonly number[];
        readonly limit_w: readonly (number | null)[];
        readonly marginal_price: readonly (number | null)[];
      };
      readonly sessions: readonly ({
        readonly id: string;
        readonly power_w: readonly number[];
        readonly soc: readonly number[] | null;
        readonly energy_wh: number;
        readonly shortfall_wh: number;
        readonly planned_start: string | null;
        readonly planned_end: string | null;
        readonly reasons: readonly {
          readonly code: string;
          readonly sentence: string;
        }[];
      })[];
      readonly stores: readonly {
        readonly id: string;
        readonly power_w: readonly number[];
        readonly soc: readonly number[];
      }[];
      readonly baseline: {
        readonly cost: {
          readonly total: number;
          readonly import: number;
          readonly export: number;
          readonly capacity: number;
          readonly wear: number;
          readonly opportunity: number;
        };
        readonly shortfall_wh: number;
        readonly over_limit_wh: number;
        readonly site: {
          readonly net_w: readonly number[];
          readonly ev_w: readonly number[];
        };
        readonly sessions: readonly {
          readonly id: string;
          readonly power_w: readonly number[];
          readonly energy_wh: number;
          readonly shortfall_wh: number;
        }[];
        readonly saving: number;
      };
      readonly co2_g: {
        readonly plan: number | null;
        readonly baseline: number | null;
      };
    };
  };
  'GET /api/sessions/{peerId}/{sessionId}': {
    path: {
      readonly peerId: string;
      readonly sessionId: string;
    };
    query?: never;
    body?: never;
    answer: Readonly<Record<string, unknown>>;
  };
  'PUT /api/sessions/{peerId}/{sessionId}/preferences': {
    path: {
      readonly peerId: string;
      readonly sessionId: string;
    };
    query?: never;
    body: {
      readonly profileType?: "CHEAP" | "FAST" | "GREEN" | "REGULAR";
      readonly departure?: string;
      readonly departureFirm?: boolean;
      readonly energyNeedWh?: number;
      readonly dischargeAllowed: boolean;
      readonly targetSoc?: number;
      readonly minSoc?: number;
      readonly maxSoc?: number;
      readonly reserveSoc?: number;
      readonly priority?: boolean;
    };
    answer: Readonly<Record<string, unknown>>;
  };
  'GET /api/station-states': {
    path?: never;
    query?: never;
    body?: never;
    answer: {
      readonly now: string;
      readonly stations: readonly ({
        readonly stationId: string;
        readonly name: string;
        readonly connected: boolean;
        readonly version: "1.6" | "2.0.1" | "2.1" | null;
        readonly vendor: string | null;
        readonly model: string | null;
        readonly firmware: string | null;
        readonly registration: string | null;
        readonly securityProfile: number | null;
        readonly lastSeen: string | null;
        readonly site: {
          readonly locationId: string;
          readonly name: string;
          readonly city: string;
          readonly timeZone: string;
        } | null;
        readonly evses: readonly ({
          readonly evseId: number;
          readonly connectorId: number;
          readonly evseUid: string | null;
          readonly status: string | null;
          readonly statusSince: string | null;
          readonly errorCode: string | null;
          readonly info: string | null;
          readonly phases: number | null;
          readonly maxPowerW: number | null;
          readonly transaction: {
            readonly id: string;
            readonly ref: string;
            readonly start: string;
            readonly chargingState: string | null;
            readonly powerW: number | null;
            readonly powerRead: string | null;
            readonly importedWh: number;
            readonly exportedWh: number;
            readonly soc: number | null;
          } | null;
        })[];
        readonly findings: readonly ({
          readonly item: "profiles" | "phases" | "metering" | "readback" | "version" | "security";
          readonly verdict: "yes" | "partly" | "no" | "unknown";
          readonly reason: string;
          readonly values: Readonly<Record<string, unknown>>;
        })[];
        readonly driftW: number | null;
      })[];
    };
  };
  'POST /api/stations': {
    path?: never;
    query?: never;
    body: {
      readonly stationId?: string;
      readonly identity?: string;
      readonly name?: string;
      readonly securityProfile?: 1 | 2 | 3;
      readonly password?: string;
      readonly replaceCredentials?: boolean;
    };
    answer: Readonly<Record<string, unknown>>;
  };
  'GET /api/stations/{stationId}': {
    path: {
      readonly stationId: string;
    };
    query?: {
      readonly from?: string;
      readonly to?: string;
    };
    body?: never;
    answer: {
      readonly stationId: string;
      readonly name: string;
      readonly registration: string | null;
      readonly version: "1.6" | "2.0.1" | "2.1" | null;
      readonly vendor: string | null;
      readonly model: string | null;
      readonly serial: string | null;
      readonly firmware: string | null;
      readonly minSecurityProfile: number;
      readonly connected: boolean;
      readonly securityProfile: number | null;
      readonly lastSeen: string | null;
      readonly disconnected?: string | null;
      readonly boot: string | null;
      readonly created: string;
      readonly retired: string | null;
      readonly connectedSince?: string | null;
      readonly details: Readonly<Record<string, unknown>>;
      readonly replaceCredentials: boolean;
      readonly waivers: readonly {
        readonly id: number;
        readonly kind: string;
        readonly reason: string;
        readonly grantedBy: string;
        readonly created: string;
        readonly expires: string;
      }[];
      readonly capability: {
        readonly smartCharging: boolean;
        readonly rateUnits: readonly string[];
        readonly maxStackLevel: number;
        readonly maxPeriods: number;
        readonly maxProfiles: number;
        readonly phases: number;
        readonly switches3to1: boolean;
        readonly maxExternalConstraintsId: number | null;
        readonly dynamicProfiles: boolean;
        readonly purposes: Readonly<Record<string, unknown>>;
        readonly compositeSchedule: "worked" | "refused" | "unknown";
        readonly stated: readonly string[];
      };
      readonly availability: {
        readonly percent: number;
      } | null;
      readonly progress: readonly ({
        readonly id: number;
        readonly job: string;
        readonly status: string;
        readonly requestId: number | null;
        readonly at: string;
        readonly detail: string | null;
      })[];
    };
  };
  'DELETE /api/stations/{stationId}': {
    path: {
      readonly stationId: string;
    };
    query?: never;
    body?: never;
    answer: Readonly<Record<string, unknown>>;
  };
  'GET /api/stations/{stationId}/state': {
    path: {
      readonly stationId: string;
    };
    query?: never;
    body?: never;
    answer: {
      readonly now: string;
      readonly stations: readonly ({
        readonly stationId: string;
        readonly name: string;
        readonly connected: boolean;
        readonly version: "1.6" | "2.0.1" | "2.1" | null;
        readonly vendor: string | null;
        readonly model: string | null;
        readonly firmware: string | null;
        readonly registration: string | null;
        readonly securityProfile: number | null;
        readonly lastSeen: string | null;
        readonly site: {
          readonly locationId: string;
          readonly name: string;
          readonly city: string;
          readonly timeZone: string;
        } | null;
        readonly evses: readonly ({
          readonly evseId: number;
          readonly connectorId: number;
          readonly evseUid: string | null;
          readonly status: string | null;
          readonly statusSince: string | null;
          readonly errorCode: string | null;
          readonly info: string | null;
          readonly phases: number | null;
          readonly maxPowerW: number | null;
          readonly transaction: {
            readonly id: string;
            readonly ref: string;
            readonly start: string;
            readonly chargingState: string | null;
            readonly powerW: number | null;
            readonly powerRead: string | null;
            readonly importedWh: number;
            readonly exportedWh: number;
            readonly soc: number | null;
          } | null;
        })[];
        readonly findings: readonly ({
          readonly item: "profiles" | "phases" | "metering" | "readback" | "version" | "security";
          readonly verdict: "yes" | "partly" | "no" | "unknown";
          readonly reason: string;
          readonly values: Readonly<Record<string, unknown>>;
        })[];
        readonly driftW: number | null;
      })[];
    };
  };
  'GET /api/stations/{stationId}/identity': {
    path: {
      readonly stationId: string;
    };
    query?: never;
    body?: never;
    answer: Readonly<Record<string, unknown>>;
  };
  'GET /api/stations/{stationId}/readiness': {
    path: {
      readonly stationId: string;
    };
    query?: never;
    body?: never;
    answer: readonly ({
      readonly item: "profiles" | "phases" | "metering" | "readback" | "version" | "security";
      readonly verdict: "yes" | "partly" | "no" | "unknown";
      readonly reason: string;
      readonly values: Readonly<Record<string, unknown>>;
    })[];
  };
  'GET /api/stations/{stationId}/device-model': {
    path: {
      readonly stationId: string;
    };
    query?: never;
    body?: never;
    answer: readonly ({
      readonly component: string;
      readonly componentInstance: string | null;
      readonly evseId: number | null;
      readonly connectorId: number | null;
      readonly variable: string;
      readonly variableInstance: string | null;
      readonly attribute: string;
      readonly value: string | null;
      readonly mutability: string | null;
      readonly characteristics: Readonly<Record<string, unknown>> | null;
      readonly read: string;
    })[];
  };
  'GET /api/stations/{stationId}/log': {
    path: {
      readonly stationId: string;
    };
    query?: {
      readonly limit?: number;
      readonly before?: number;
      readonly action?: string;
      readonly direction?: "in" | "out";
      readonly contains?: string;
      readonly from?: string;
      readonly to?: string;
      readonly messageId?: string;
    };
    body?: never;
    answer: readonly ({
      readonly id: number;
      readonly at: string;
      readonly generation: number;
      readonly direction: "in" | "out";
      readonly kind: string;
      readonly messageId: string | null;
      readonly action: string | null;
      readonly payload: string;
    })[];
  };
  'GET /api/stations/{stationId}/events': {
    path: {
      readonly stationId: string;
    };
    query?: {
      readonly limit?: number;
      readonly before?: number;
    };
    body?: never;
    answer: readonly Readonly<Record<string, unknown>>[];
  };
  'POST /api/stations/{stationId}/calls': {
    path: {
      readonly stationId: string;
    };
    query?: never;
    body: {
      readonly action: string;
      readonly payload: Readonly<Record<string, unknown>>;
      readonly timeoutS?: number;
    };
    answer: Readonly<Record<string, unknown>>;
  };
  'POST /api/stations/{stationId}/password': {
    path: {
      readonly stationId: string;
    };
    query?: never;
    body: {
      readonly deliver: "by-person" | "by-station";
    };
    answer: Readonly<Record<string, unknown>>;
  };
  'POST /api/stations/{stationId}/disconnect': {
    path: {
      readonly stationId: string;
    };
    query?: never;
    body?: never;
    answer: Readonly<Record<string, unknown>>;
  };
  'GET /api/stations/{stationId}/profiles': {
    path: {
      readonly stationId: string;
    };
    query?: never;
    body?: never;
    answer: {
      readonly profiles: readonly {
        readonly evseId: number;
        readonly profile: Readonly<Record<string, unknown>>;
        readonly set: string;
        readonly state?: string;
        readonly transactionId?: string;
        readonly detail?: string;
        readonly setBy?: string;
        readonly awaitsTransaction?: boolean;
      }[];
      readonly byHand: readonly {
        readonly evseId: number;
        readonly profile: Readonly<Record<string, unknown>>;
        readonly set: string;
        readonly state?: string;
        readonly transactionId?: string;
        readonly detail?: string;
        readonly setBy?: string;
        readonly awaitsTransaction?: boolean;
      }[];
      readonly drift: readonly {
        readonly stationId: string;
        readonly evseId: number;
        readonly read: string;
        readonly largestW: number;
      }[];
    };
  };
  'POST /api/stations/{stationId}/profiles': {
    path: {
      readonly stationId: string;
    };
    query?: never;
    body: {
      readonly evseId: number;
      readonly profile: {
        readonly id: number;
        readonly stackLevel: number;
        readonly chargingProfilePurpose: "ChargingStationMaxProfile" | "TxDefaultProfile" | "TxProfile" | "PriorityCharging" | "LocalGeneration";
        readonly chargingProfileKind: "Absolute" | "Recurring" | "Relative" | "Dynamic";
        readonly recurrencyKind?: "Daily" | "Weekly";
        readonly validFrom?: string;
        readonly validTo?: string;
        readonly transactionId?: string;
        readonly chargingSchedule: readonly ({
          readonly id?: number;
          readonly chargingRateUnit: "A" | "W";
          readonly startSchedule?: string;
          readonly duration?: number;
          readonly minChargingRate?: number;
          readonly chargingSchedulePeriod: readonly {
            readonly startPeriod: number;
            readonly limit?: number;
            readonly dischargeLimit?: number;
            readonly setpoint?: number;
            readonly numberPhases?: number;
            readonly phaseToUse?: number;
            readonly operationMode?: string;
          }[];
        })[];
      };
    };
    answer: Readonly<Record<string, unknown>>;
  };
  'POST /api/stations/{stationId}/profiles/preview': {
    path: {
      readonly stationId: string;
    };
    query?: never;
    body: {
      readonly evseId: number;
      readonly profile: {
        readonly id: number;
        readonly stackLevel: number;
        readonly chargingProfilePurpose: "ChargingStationMaxProfile" | "TxDefaultProfile" | "TxProfile" | "PriorityCharging" | "LocalGeneration";
        readonly chargingProfileKind: "Absolute" | "Recurring" | "Relative" | "Dynamic";
        readonly recurrencyKind?: "Daily" | "Weekly";
        readonly validFrom?: string;
        readonly validTo?: string;
        readonly transactionId?: string;
        readonly chargingSchedule: readonly ({
          readonly id?: number;
          readonly chargingRateUnit: "A" | "W";
          readonly startSchedule?: string;
          readonly duration?: number;
          readonly minChargingRate?: number;
          readonly chargingSchedulePeriod: readonly {
            readonly startPeriod: number;
            readonly limit?: number;
            readonly dischargeLimit?: number;
            readonly setpoint?: number;
            readonly numberPhases?: number;
            readonly phaseToUse?: number;
            readonly operationMode?: string;
          }[];
        })[];
      };
    };
    answer: {
      readonly refusal: {
        readonly code: string;
        readonly rule: string;
        readonly message: string;
      } | null;
      readonly before: {
        readonly start: string;
        readonly end: string;
        readonly steps: readonly ({
          readonly start: string;
          readonly powerW: number | null;
        })[];
      } | null;
      readonly after: {
        readonly start: string;
        readonly end: string;
        readonly steps: readonly ({
          readonly start: string;
          readonly powerW: number | null;
        })[];
      } | null;
    };
  };
  'DELETE /api/stations/{stationId}/profiles/{profileId}': {
    path: {
      readonly stationId: string;
      readonly profileId: number;
    };
    query?: never;
    body?: never;
    answer: Readonly<Record<string, unknown>>;
  };
  'POST /api/stations/{stationId}/composite-schedule': {
    path: {
      readonly stationId: string;
    };
    query?: never;
    body: {
      readonly evseId: number;
      readonly durationS?: number;
    };
    answer: {
      readonly outcome: Readonly<Record<string, unknown>>;
      readonly reported: {
        readonly start: string;
        readonly end: string;
        readonly steps: readonly ({
          readonly start: string;
          readonly powerW: number | null;
        })[];
      } | null;
      readonly expected: {
        readonly start: string;
        readonly end: string;
        readonly steps: readonly ({
          readonly start: string;
          readonly powerW: number | null;
        })[];
      } | null;
      readonly largestW: number | null;
    };
  };
  'POST /api/station-calls': {
    path?: never;
    query?: never;
    body: {
      readonly stationIds: readonly string[];
      readonly action: string;
      readonly payload: Readonly<Record<string, unknown>>;
    };
    answer: Readonly<Record<string, unknown>>;
  };
  'GET /api/station-calls': {
    path?: never;
    query?: never;
    body?: never;
    answer: readonly ({
      readonly bulkId: string;
      readonly action: string;
      readonly payload: unknown;
      readonly stationIds: readonly string[];
      readonly requestedBy: string;
      readonly requestedByName: string | null;
      readonly isOwn: boolean;
      readonly requested: string;
      readonly expires: string;
    })[];
  };
  'GET /api/bookings': {
    path?: never;
    query?: {
      readonly from?: string;
    };
    body?: never;
    answer: readonly ({
      readonly id: string;
      readonly locationId: string;
      readonly evseUid: string;
      readonly label: string;
      readonly place: string;
      readonly timeZone: string;
      readonly state: string;
      readonly heldBy: string;
      readonly made: string;
      readonly arrival: string;
      readonly expires: string;
      readonly ended: string | null;
    })[];
  };
  'DELETE /api/bookings/{bookingId}': {
    path: {
      readonly bookingId: string;
    };
    query?: never;
    body?: never;
    answer: {
      readonly id: string;
      readonly locationId: string;
      readonly evseUid: string;
      readonly label: string;
      readonly place: string;
      readonly timeZone: string;
      readonly state: string;
      readonly heldBy: string;
      readonly made: string;
      readonly arrival: string;
      readonly expires: string;
      readonly ended: string | null;
    };
  };
  'POST /api/station-calls/{bulkId}/approval': {
    path: {
      readonly bulkId: string;
    };
    query?: never;
    body?: never;
    answer: Readonly<Record<string, unknown>>;
  };
  'GET /api/ocpp-messages/{version}': {
    path: {
      readonly version: "1.6" | "2.0.1" | "2.1";
    };
    query?: never;
    body?: never;
    answer: {
      readonly version: string;
      readonly actions: readonly string[];
    };
  };
  'GET /api/ocpp-messages/{version}/{action}': {
    path: {
      readonly version: "1.6" | "2.0.1" | "2.1";
      readonly action: string;
    };
    query?: never;
    body?: never;
    answer: {
      readonly action: string;
      readonly schema: Readonly<Record<string, unknown>>;
    };
  };
  'GET /api/transactions': {
    path?: never;
    query?: {
      readonly stationId?: string;
      readonly state?: "active" | "ended";
      readonly from?: string;
      readonly to?: string;
      readonly limit?: number;
      readonly offset?: number;
    };
    body?: never;
    answer: readonly Readonly<Record<string, unknown>>[];
  };
  'POST /api/transactions/{transactionId}/stop': {
    path: {
      readonly transactionId: string;
    };
    query?: never;
    body?: never;
    answer: Readonly<Record<string, unknown>>;
  };
  'GET /api/city/reports': {
    path?: never;
    query?: never;
    body?: never;
    answer: readonly {
      readonly name: string;
      readonly query: string;
      readonly made: string;
    }[];
  };
  'PUT /api/city/reports/{name}': {
    path: {
      readonly name: string;
    };
    query?: never;
    body: {
      readonly query: string;
    };
    answer: readonly {
      readonly name: string;
      readonly query: string;
      readonly made: string;
    }[];
  };
  'DELETE /api/city/reports/{name}': {
    path: {
      readonly name: string;
    };
    query?: never;
    body?: never;
    answer: readonly {
      readonly name: string;
      readonly query: string;
      readonly made: string;
    }[];
  };
  'GET /api/survey': {
    path?: never;
    query?: never;
    body?: never;
    answer: {
      readonly answers: number;
      readonly utility: number | null;
      readonly ease: number | null;
      readonly satisfaction: number | null;
      readonly netPromoters: number | null;
    };
  };
  'POST /api/survey': {
    path?: never;
    query?: never;
    body: {
      readonly utility: number;
      readonly ease: number;
      readonly satisfaction: number;
      readonly recommend: number;
      readonly comment?: string;
    };
    answer: {
      readonly answers: number;
      readonly utility: number | null;
      readonly ease: number | null;
      readonly satisfaction: number | null;
      readonly netPromoters: number | null;
    };
  };
  'GET /api/city/summary': {
    path?: never;
    query?: {
      readonly from?: string;
      readonly to?: string;
      readonly site?: string;
      readonly district?: string;
      readonly operator?: string;
      readonly against?: "before" | "year";
      readonly format?: "json" | "csv";
    };
    body?: never;
    answer: {
      readonly now: string;
      readonly period: {
        readonly from: string;
        readonly to: string;
      };
      readonly previous: {
        readonly from: string;
        readonly to: string;
      };
      readonly leastSessions: number;
      readonly evses: number;
      readonly faulted: number;
      readonly timeZones: readonly string[];
      readonly figures: {
        readonly withheld: boolean;
        readonly rounded?: boolean;
        readonly sessions?: number;
        readonly cards?: number | null;
        readonly energyWh?: number;
        readonly energyPerSessionWh?: number | null;
        readonly carbon?: {
          readonly kg: number;
          readonly seriesShare: number | null;
        };
        readonly chargingHours?: number;
        readonly occupiedHours?: number;
        readonly chargingShare?: number | null;
        readonly peak?: {
          readonly value: number;
          readonly at: string;
        } | null;
        readonly simultaneous?: {
          readonly value: number;
          readonly at: string;
        } | null;
        readonly turnover?: number | null;
        readonly occupiedShare?: number | null;
        readonly bookings?: {
          readonly count: number | null;
          readonly meanMinutes: number | null;
          readonly perDay: number | null;
        };
      };
      readonly before: {
        readonly withheld: boolean;
        readonly rounded?: boolean;
        readonly sessions?: number;
        readonly cards?: number | null;
        readonly energyWh?: number;
        readonly energyPerSessionWh?: number | null;
        readonly carbon?: {
          readonly kg: number;
          readonly seriesShare: number | null;
        };
        readonly chargingHours?: number;
        readonly occupiedHours?: number;
        readonly chargingShare?: number | null;
        readonly peak?: {
          readonly value: number;
          readonly at: string;
        } | null;
        readonly simultaneous?: {
          readonly value: number;
          readonly at: string;
        } | null;
        readonly turnover?: number | null;
        readonly occupiedShare?: number | null;
        readonly bookings?: {
          readonly count: number | null;
          readonly meanMinutes: number | null;
          readonly perDay: number | null;
        };
      };
      readonly days: readonly ({
        readonly date: string;
        readonly withheld: boolean;
        readonly sessions: number | null;
        readonly energyWh: number | null;
        readonly rounded: boolean;
      })[];
      readonly operators: readonly ({
        readonly name: string;
        readonly evses: number;
        readonly withheld: boolean;
        readonly sessions: number | null;
        readonly energyWh: number | null;
        readonly rounded: boolean;
        readonly cards: number | null;
        readonly energyPerSessionWh: number | null;
        readonly chargingHours: number | null;
        readonly occupiedHours: number | null;
        readonly energyBeforeWh: number | null;
      })[];
      readonly districts: readonly ({
        readonly name: string;
        readonly evses: number;
        readonly withheld: boolean;
        readonly sessions: number | null;
        readonly energyWh: number | null;
        readonly rounded: boolean;
        readonly cards: number | null;
        readonly energyPerSessionWh: number | null;
        readonly chargingHours: number | null;
        readonly occupiedHours: number | null;
        readonly energyBeforeWh: number | null;
      })[];
      readonly effects: readonly ({
        readonly currency: string;
        readonly energyWh: number;
        readonly cost: number;
        readonly uncontrolledCost: number;
        readonly peakW: number;
        readonly uncontrolledPeakW: number;
        readonly ownGenerationWh: number;
        readonly co2Kg: number | null;
        readonly uncontrolledCo2Kg: number | null;
        readonly flexAskedWh: number;
        readonly flexDoneWh: number;
      })[];
      readonly live: {
        readonly withheld: boolean;
        readonly rounded: boolean;
        readonly charging: number | null;
        readonly powerW: number | null;
      };
      readonly uptimeShare: number | null;
      readonly outages: number;
      readonly gridMixGPerKwh: number;
      readonly methods: {
        readonly co2: string;
        readonly effect: string;
      };
      readonly choices: {
        readonly sites: readonly {
          readonly key: string;
          readonly name: string;
        }[];
        readonly districts: readonly string[];
        readonly operators: readonly string[];
      };
    };
  };
  'GET /api/city/evses': {
    path?: never;
    query?: {
      readonly from?: string;
      readonly to?: string;
      readonly site?: string;
      readonly district?: string;
      readonly operator?: string;
      readonly against?: "before" | "year";
      readonly format?: "json" | "csv";
    };
    body?: never;
    answer: {
      readonly type: "FeatureCollection";
      readonly period: {
        readonly from: string;
        readonly to: string;
      };
      readonly features: readonly ({
        readonly type: "Feature";
        readonly id: string;
        readonly geometry: {
          readonly type: "Point";
          readonly coordinates: readonly number[];
        } | null;
        readonly properties: {
          readonly operator: string;
          readonly site: string;
          readonly siteName: string;
          readonly district: string;
          readonly evseUid: string;
          readonly label: string;
          readonly status: string;
          readonly maxW: number;
          readonly withheld: boolean;
          readonly sessions: number | null;
          readonly energyWh: number | null;
          readonly rounded: boolean;
          readonly cards: number | null;
          readonly energyPerSessionWh: number | null;
          readonly chargingHours: number | null;
          readonly occupiedHours: number | null;
          readonly uptimeShare: number | null;
          readonly outages: readonly {
            readonly from: string;
            readonly until: string;
          }[] | null;
        };
      })[];
    };
  };
  'GET /api/city/heat': {
    path?: never;
    query?: {
      readonly from?: string;
      readonly to?: string;
      readonly site?: string;
      readonly district?: string;
      readonly operator?: string;
      readonly against?: "before" | "year";
      readonly format?: "json" | "csv";
    };
    body?: never;
    answer: {
      readonly period: {
        readonly from: string;
        readonly to: string;
      };
      readonly cells: readonly ({
        readonly weekday: number;
        readonly hour: number;
        readonly withheld: boolean;
        readonly sessions: number | null;
        readonly energyWh: number | null;
        readonly rounded: boolean;
      })[];
    };
  };
  'POST /api/drivers/sign-up': {
    path?: never;
    query?: never;
    body: {
      readonly email: string;
      readonly password: string;
      readonly name?: string;
    };
    answer: {
      readonly id: string;
      readonly role: string;
      readonly email: string | null;
      readonly name: string | null;
      readonly rights: readonly string[];
      readonly csrfToken: string;
      readonly socket: {
        readonly locationId: string;
        readonly evseUid: string;
      } | null;
      readonly session: {
        readonly ends: string;
      };
    };
  };
  'POST /api/drivers/sign-in': {
    path?: never;
    query?: never;
    body: {
      readonly email: string;
      readonly password: string;
    };
    answer: {
      readonly id: string;
      readonly role: string;
      readonly email: string | null;
      readonly name: string | null;
      readonly rights: readonly string[];
      readonly csrfToken: string;
      readonly socket: {
        readonly locationId: string;
        readonly evseUid: string;
      } | null;
      readonly session: {
        readonly ends: string;
      };
    };
  };
  'POST /api/drivers/password-links': {
    path?: never;
    query?: never;
    body: {
      readonly email: string;
      readonly language: "en" | "nl" | "es" | "it" | "fi" | "hu" | "ca" | "de";
    };
    answer: {
      readonly asked: boolean;
    };
  };
  'POST /api/drivers/password': {
    path?: never;
    query?: never;
    body: {
      readonly token: string;
      readonly password: string;
      readonly language: "en" | "nl" | "es" | "it" | "fi" | "hu" | "ca" | "de";
    };
    answer: {
      readonly changed: boolean;
    };
  };
  'POST /api/drivers/guest': {
    path?: never;
    query?: never;
    body: {
      readonly socket?: string;
      readonly place?: {
        readonly locationId: string;
        readonly evseUid: string;
      };
    };
    answer: {
      readonly id: string;
      readonly role: string;
      readonly email: string | null;
      readonly name: string | null;
      readonly rights: readonly string[];
      readonly csrfToken: string;
      readonly socket: {
        readonly locationId: string;
        readonly evseUid: string;
      } | null;
      readonly session: {
        readonly ends: string;
      };
    };
  };
  'POST /api/drivers/sign-out': {
    path?: never;
    query?: never;
    body?: never;
    answer: Readonly<Record<string, unknown>>;
  };
  'GET /api/drivers/me': {
    path?: never;
    query?: never;
    body?: never;
    answer: {
      readonly id: string;
      readonly role: string;
      readonly email: string | null;
      readonly name: string | null;
      readonly rights: readonly string[];
      readonly csrfToken: string;
      readonly socket: {
        readonly locationId: string;
        readonly evseUid: string;
      } | null;
      readonly session: {
        readonly ends: string;
      };
    };
  };
  'DELETE /api/drivers/me': {
    path?: never;
    query?: never;
    body: {
      readonly password: string;
    };
    answer: Readonly<Record<string, unknown>>;
  };
  'GET /api/vehicle-models': {
    path?: never;
    query?: never;
    body?: never;
    answer: readonly Readonly<Record<string, unknown>>[];
  };
  'GET /api/drivers/me/vehicles': {
    path?: never;
    query?: never;
    body?: never;
    answer: readonly ({
      readonly name: string;
      readonly make?: string;
      readonly model?: string;
      readonly batteryWh?: number;
      readonly acPhases?: 1 | 2 | 3;
      readonly acPowerW?: number;
      readonly dcPowerW?: number;
      readonly dischargePowerW?: number;
      readonly whPerKm?: number;
      readonly id: string;
      readonly from: string;
    })[];
  };
  'POST /api/drivers/me/vehicles': {
    path?: never;
    query?: never;
    body: {
      readonly name: string;
      readonly make?: string;
      readonly model?: string;
      readonly batteryWh?: number;
      readonly acPhases?: 1 | 2 | 3;
      readonly acPowerW?: number;
      readonly dcPowerW?: number;
      readonly dischargePowerW?: number;
      readonly whPerKm?: number;
    };
    answer: {
      readonly name: string;
      readonly make?: string;
      readonly model?: string;
      readonly batteryWh?: number;
      readonly acPhases?: 1 | 2 | 3;
      readonly acPowerW?: number;
      readonly dcPowerW?: number;
      readonly dischargePowerW?: number;
      readonly whPerKm?: number;
      readonly id: string;
      readonly from: string;
    };
  };
  'PUT /api/drivers/me/vehicles/{vehicleId}': {
    path: {
      readonly vehicleId: string;
    };
    query?: never;
    body: {
      readonly name: string;
      readonly make?: string;
      readonly model?: string;
      readonly batteryWh?: number;
      readonly acPhases?: 1 | 2 | 3;
      readonly acPowerW?: number;
      readonly dcPowerW?: number;
      readonly dischargePowerW?: number;
      readonly whPerKm?: number;
    };
    answer: {
      readonly name: string;
      readonly make?: string;
      readonly model?: string;
      readonly batteryWh?: number;
      readonly acPhases?: 1 | 2 | 3;
      readonly acPowerW?: number;
      readonly dcPowerW?: number;
      readonly dischargePowerW?: number;
      readonly whPerKm?: number;
      readonly id: string;
      readonly from: string;
    };
  };
  'DELETE /api/drivers/me/vehicles/{vehicleId}': {
    path: {
      readonly vehicleId: string;
    };
    query?: never;
    body?: never;
    answer: Readonly<Record<string, unknown>>;
  };
  'GET /api/drivers/me/preferences': {
    path?: never;
    query?: never;
    body?: never;
    answer: {
      readonly profileType?: "CHEAP" | "FAST" | "GREEN" | "REGULAR";
      readonly readyBy?: string;
      readonly targetSoc?: number;
      readonly minSoc?: number;
      readonly atOnceSoc?: number;
      readonly weekdays?: {
        readonly monday?: {
          readonly profileType?: "CHEAP" | "FAST" | "GREEN" | "REGULAR";
          readonly readyBy?: string;
          readonly targetSoc?: number;
          readonly minSoc?: number;
          readonly atOnceSoc?: number;
        };
        readonly tuesday?: {
          readonly profileType?: "CHEAP" | "FAST" | "GREEN" | "REGULAR";
          readonly readyBy?: string;
          readonly targetSoc?: number;
          readonly minSoc?: number;
          readonly atOnceSoc?: number;
        };
        readonly wednesday?: {
          readonly profileType?: "CHEAP" | "FAST" | "GREEN" | "REGULAR";
          readonly readyBy?: string;
          readonly targetSoc?: number;
          readonly minSoc?: number;
          readonly atOnceSoc?: number;
        };
        readonly thursday?: {
          readonly profileType?: "CHEAP" | "FAST" | "GREEN" | "REGULAR";
          readonly readyBy?: string;
          readonly targetSoc?: number;
          readonly minSoc?: number;
          readonly atOnceSoc?: number;
        };
        readonly friday?: {
          readonly profileType?: "CHEAP" | "FAST" | "GREEN" | "REGULAR";
          readonly readyBy?: string;
          readonly targetSoc?: number;
          readonly minSoc?: number;
          readonly atOnceSoc?: number;
        };
        readonly saturday?: {
          readonly profileType?: "CHEAP" | "FAST" | "GREEN" | "REGULAR";
          readonly readyBy?: string;
          readonly targetSoc?: number;
          readonly minSoc?: number;
          readonly atOnceSoc?: number;
        };
        readonly sunday?: {
          readonly profileType?: "CHEAP" | "FAST" | "GREEN" | "REGULAR";
          readonly readyBy?: string;
          readonly targetSoc?: number;
          readonly minSoc?: number;
          readonly atOnceSoc?: number;
        };
      };
      readonly dischargeAllowed?: boolean;
      readonly reserveSoc?: number;
      readonly vehicleId?: string;
    };
  };
  'PUT /api/drivers/me/preferences': {
    path?: never;
    query?: never;
    body: {
      readonly profileType?: "CHEAP" | "FAST" | "GREEN" | "REGULAR";
      readonly readyBy?: string;
      readonly targetSoc?: number;
      readonly minSoc?: number;
      readonly atOnceSoc?: number;
      readonly weekdays?: {
        readonly monday?: {
          readonly profileType?: "CHEAP" | "FAST" | "GREEN" | "REGULAR";
          readonly readyBy?: string;
          readonly targetSoc?: number;
          readonly minSoc?: number;
          readonly atOnceSoc?: number;
        };
        readonly tuesday?: {
          readonly profileType?: "CHEAP" | "FAST" | "GREEN" | "REGULAR";
          readonly readyBy?: string;
          readonly targetSoc?: number;
          readonly minSoc?: number;
          readonly atOnceSoc?: number;
        };
        readonly wednesday?: {
          readonly profileType?: "CHEAP" | "FAST" | "GREEN" | "REGULAR";
          readonly readyBy?: string;
          readonly targetSoc?: number;
          readonly minSoc?: number;
          readonly atOnceSoc?: number;
        };
        readonly thursday?: {
          readonly profileType?: "CHEAP" | "FAST" | "GREEN" | "REGULAR";
          readonly readyBy?: string;
          readonly targetSoc?: number;
          readonly minSoc?: number;
          readonly atOnceSoc?: number;
        };
        readonly friday?: {
          readonly profileType?: "CHEAP" | "FAST" | "GREEN" | "REGULAR";
          readonly readyBy?: string;
          readonly targetSoc?: number;
          readonly minSoc?: number;
          readonly atOnceSoc?: number;
        };
        readonly saturday?: {
          readonly profileType?: "CHEAP" | "FAST" | "GREEN" | "REGULAR";
          readonly readyBy?: string;
          readonly targetSoc?: number;
          readonly minSoc?: number;
          readonly atOnceSoc?: number;
        };
        readonly sunday?: {
          readonly profileType?: "CHEAP" | "FAST" | "GREEN" | "REGULAR";
          readonly readyBy?: string;
          readonly targetSoc?: number;
          readonly minSoc?: number;
          readonly atOnceSoc?: number;
        };
      };
      readonly dischargeAllowed?: boolean;
      readonly reserveSoc?: number;
      readonly vehicleId?: string;
    };
    answer: {
      readonly profileType?: "CHEAP" | "FAST" | "GREEN" | "REGULAR";
      readonly readyBy?: string;
      readonly targetSoc?: number;
      readonly minSoc?: number;
      readonly atOnceSoc?: number;
      readonly weekdays?: {
        readonly monday?: {
          readonly profileType?: "CHEAP" | "FAST" | "GREEN" | "REGULAR";
          readonly readyBy?: string;
          readonly targetSoc?: number;
          readonly minSoc?: number;
          readonly atOnceSoc?: number;
        };
        readonly tuesday?: {
          readonly profileType?: "CHEAP" | "FAST" | "GREEN" | "REGULAR";
          readonly readyBy?: string;
          readonly targetSoc?: number;
          readonly minSoc?: number;
          readonly atOnceSoc?: number;
        };
        readonly wednesday?: {
          readonly profileType?: "CHEAP" | "FAST" | "GREEN" | "REGULAR";
          readonly readyBy?: string;
          readonly targetSoc?: number;
          readonly minSoc?: number;
          readonly atOnceSoc?: number;
        };
        readonly thursday?: {
          readonly profileType?: "CHEAP" | "FAST" | "GREEN" | "REGULAR";
          readonly readyBy?: string;
          readonly targetSoc?: number;
          readonly minSoc?: number;
          readonly atOnceSoc?: number;
        };
        readonly friday?: {
          readonly profileType?: "CHEAP" | "FAST" | "GREEN" | "REGULAR";
          readonly readyBy?: string;
          readonly targetSoc?: number;
          readonly minSoc?: number;
          readonly atOnceSoc?: number;
        };
        readonly saturday?: {
          readonly profileType?: "CHEAP" | "FAST" | "GREEN" | "REGULAR";
          readonly readyBy?: string;
          readonly targetSoc?: number;
          readonly minSoc?: number;
          readonly atOnceSoc?: number;
        };
        readonly sunday?: {
          readonly profileType?: "CHEAP" | "FAST" | "GREEN" | "REGULAR";
          readonly readyBy?: string;
          readonly targetSoc?: number;
          readonly minSoc?: number;
          readonly atOnceSoc?: number;
        };
      };
      readonly dischargeAllowed?: boolean;
      readonly reserveSoc?: number;
      readonly vehicleId?: string;
    };
  };
  'GET /api/drivers/me/consents': {
    path?: never;
    query?: never;
    body?: never;
    answer: readonly ({
      readonly purpose: string;
      readonly isGiven: boolean;
      readonly textVersion: string | null;
      readonly floorSoc: number | null;
      readonly given: string | null;
    })[];
  };
  'PUT /api/drivers/me/consents/{purpose}': {
    path: {
      readonly purpose: "v2g" | "soc" | "sharing" | "statistics";
    };
    query?: never;
    body: {
      readonly floorSoc?: number;
    };
    answer: readonly ({
      readonly purpose: string;
      readonly isGiven: boolean;
      readonly textVersion: string | null;
      readonly floorSoc: number | null;
      readonly given: string | null;
    })[];
  };
  'DELETE /api/drivers/me/consents/{purpose}': {
    path: {
      readonly purpose: "v2g" | "soc" | "sharing" | "statistics";
    };
    query?: never;
    body?: never;
    answer: readonly ({
      readonly purpose: string;
      readonly isGiven: boolean;
      readonly textVersion: string | null;
      readonly floorSoc: number | null;
      readonly given: string | null;
    })[];
  };
  'GET /api/drivers/me/sockets': {
    path?: never;
    query?: {
      readonly text?: string;
    };
    body?: never;
    answer: readonly ({
      readonly locationId: string;
      readonly evseUid: string;
      readonly label: string;
      readonly place: string;
      readonly address: string;
      readonly city: string;
      readonly latitude: number | null;
      readonly longitude: number | null;
      readonly timeZone: string;
      readonly isPublic: boolean;
      readonly status: string;
      readonly maxW: number;
      readonly givesBack: boolean;
      readonly connectors: readonly {
        readonly standard: string;
        readonly format: string;
        readonly powerType: string;
      }[];
      readonly price: {
        readonly currency: string;
        readonly perKwh: number | null;
        readonly perHour: number | null;
        readonly perHourParked: number | null;
        readonly once: number | null;
        readonly varies: boolean;
        readonly tariffId: string;
      } | null;
      readonly chargingSince: string | null;
    })[];
  };
  'GET /api/drivers/me/price': {
    path?: never;
    query: {
      readonly locationId: string;
      readonly evseUid: string;
      readonly energyWh: number;
      readonly powerW?: number;
      readonly profileType?: "CHEAP" | "FAST" | "GREEN" | "REGULAR";
    };
    body?: never;
    answer: {
      readonly locationId: string;
      readonly evseUid: string;
      readonly energyWh: number;
      readonly minutes: number;
      readonly tariffId: string | null;
      readonly cost: {
        readonly amount: number;
        readonly currency: string;
        readonly basis: "tariff" | "free";
      } | null;
    };
  };
  'GET /api/places': {
    path?: never;
    query?: {
      readonly text?: string;
      readonly free?: boolean;
      readonly minPowerW?: number;
      readonly connector?: string;
      readonly format?: "json" | "geojson";
    };
    body?: never;
    answer: {
      readonly now: string;
      readonly sockets: readonly ({
        readonly locationId: string;
        readonly evseUid: string;
        readonly label: string;
        readonly place: string;
        readonly address: string;
        readonly city: string;
        readonly latitude: number | null;
        readonly longitude: number | null;
        readonly timeZone: string;
        readonly isPublic: boolean;
        readonly status: string;
        readonly maxW: number;
        readonly givesBack: boolean;
        readonly connectors: readonly {
          readonly standard: string;
          readonly format: string;
          readonly powerType: string;
        }[];
        readonly price: {
          readonly currency: string;
          readonly perKwh: number | null;
          readonly perHour: number | null;
          readonly perHourParked: number | null;
          readonly once: number | null;
          readonly varies: boolean;
          readonly tariffId: string;
        } | null;
      })[];
    };
  };
  'GET /api/places/price': {
    path?: never;
    query: {
      readonly locationId: string;
      readonly evseUid: string;
      readonly energyWh: number;
      readonly powerW?: number;
      readonly profileType?: "CHEAP" | "FAST" | "GREEN" | "REGULAR";
    };
    body?: never;
    answer: {
      readonly locationId: string;
      readonly evseUid: string;
      readonly energyWh: number;
      readonly minutes: number;
      readonly tariffId: string | null;
      readonly cost: {
        readonly amount: number;
        readonly currency: string;
        readonly basis: "tariff" | "free";
      } | null;
    };
  };
  'GET /api/drivers/me/bookings': {
    path?: never;
    query?: never;
    body?: never;
    answer: readonly ({
      readonly id: string;
      readonly locationId: string;
      readonly evseUid: string;
      readonly label: string;
      readonly place: string;
      readonly timeZone: string;
      readonly maxW: number;
      readonly state: string;
      readonly heldBy: string;
      readonly now: string;
      readonly arrival: string;
      readonly expires: string;
      readonly profileType: string | null;
      readonly outlook: {
        readonly start: string;
        readonly now: string;
        readonly slotMinutes: number;
        readonly powerW: readonly number[];
        readonly pricePerKwh: readonly (number | null)[];
        readonly co2GPerKwh: readonly (number | null)[];
        readonly soc: readonly number[] | null;
        readonly starts: string | null;
        readonly ends: string | null;
        readonly due: string | null;
        readonly profileType: string;
        readonly chargedWh: number;
        readonly dischargedWh: number;
        readonly co2G: number | null;
        readonly shortfallWh: number;
        readonly reasons: readonly {
          readonly code: string;
          readonly sentence: string;
        }[];
        readonly cost: {
          readonly amount: number;
          readonly currency: string;
          readonly basis: "tariff" | "free";
        } | null;
      } | null;
    })[];
  };
  'POST /api/drivers/me/bookings': {
    path?: never;
    query?: never;
    body: {
      readonly locationId: string;
      readonly evseUid: string;
      readonly arrival: string;
      readonly wishes: {
        readonly profileType?: "CHEAP" | "FAST" | "GREEN" | "REGULAR";
        readonly departure?: string;
        readonly departureFirm?: boolean;
        readonly energyNeedWh?: number;
        readonly targetSoc?: number;
        readonly minSoc?: number;
        readonly atOnceSoc?: number;
        readonly atOnceWh?: number;
        readonly reserveSoc?: number;
        readonly dischargeAllowed?: boolean;
      };
    };
    answer: {
      readonly id: string;
      readonly locationId: string;
      readonly evseUid: string;
      readonly label: string;
      readonly place: string;
      readonly timeZone: string;
      readonly maxW: number;
      readonly state: string;
      readonly heldBy: string;
      readonly now: string;
      readonly arrival: string;
      readonly expires: string;
      readonly profileType: string | null;
      readonly outlook: {
        readonly start: string;
        readonly now: string;
        readonly slotMinutes: number;
        readonly powerW: readonly number[];
        readonly pricePerKwh: readonly (number | null)[];
        readonly co2GPerKwh: readonly (number | null)[];
        readonly soc: readonly number[] | null;
        readonly starts: string | null;
        readonly ends: string | null;
        readonly due: string | null;
        readonly profileType: string;
        readonly chargedWh: number;
        readonly dischargedWh: number;
        readonly co2G: number | null;
        readonly shortfallWh: number;
        readonly reasons: readonly {
          readonly code: string;
          readonly sentence: string;
        }[];
        readonly cost: {
          readonly amount: number;
          readonly currency: string;
          readonly basis: "tariff" | "free";
        } | null;
      } | null;
    };
  };
  'DELETE /api/drivers/me/bookings/{bookingId}': {
    path: {
      readonly bookingId: string;
    };
    query?: never;
    body?: never;
    answer: Readonly<Record<string, unknown>>;
  };
  'GET /api/network/locations': {
    path?: never;
    query?: never;
    body?: never;
    answer: {
      readonly locations: readonly Readonly<Record<string, unknown>>[];
      readonly evses: readonly ({
        readonly stationId: string;
        readonly evseId: number;
        readonly locationId: string;
        readonly evseUid: string;
        readonly connectors: readonly ({
          readonly id: string;
          readonly connectorId: number;
          readonly standard: string;
          readonly format: "SOCKET" | "CABLE";
          readonly powerType: "AC_1_PHASE" | "AC_2_PHASE" | "AC_2_PHASE_SPLIT" | "AC_3_PHASE" | "DC";
          readonly maxVoltageV: number;
          readonly maxCurrentA: number;
          readonly maxPowerW?: number;
          readonly dischargeW?: number;
          readonly tariffIds?: readonly string[];
        })[];
        readonly firstPhase: 1 | 2 | 3;
        readonly stationFuseA?: number;
      })[];
    };
  };
  'POST /api/network/locations': {
    path?: never;
    query?: never;
    body: {
      readonly id: string;
      readonly name?: string;
      readonly address: string;
      readonly city: string;
      readonly country: string;
      readonly latitude: string;
      readonly longitude: string;
      readonly timeZone: string;
      readonly publish?: boolean;
      readonly allowedGroups?: readonly string[];
      readonly supply?: {
        readonly maxImportW: number;
        readonly capW?: number;
        readonly maxPhaseW?: number;
        readonly maxExportW?: number;
        readonly currency: string;
        readonly gridConnectionId?: string;
        readonly meterStationId?: string;
      };
    };
    answer: Readonly<Record<string, unknown>>;
  };
  'POST /api/network/locations/{locationId}/evses': {
    path: {
      readonly locationId: string;
    };
    query?: never;
    body: {
      readonly stationId: string;
      readonly evseId: number;
      readonly evseUid: string;
      readonly firstPhase?: 1 | 2 | 3;
      readonly stationFuseA?: number;
      readonly connectors: readonly ({
        readonly id: string;
        readonly connectorId: number;
        readonly standard: string;
        readonly format: "SOCKET" | "CABLE";
        readonly powerType: "AC_1_PHASE" | "AC_2_PHASE" | "AC_2_PHASE_SPLIT" | "AC_3_PHASE" | "DC";
        readonly maxVoltageV: number;
        readonly maxCurrentA: number;
        readonly maxPowerW?: number;
        readonly dischargeW?: number;
        readonly tariffIds?: readonly string[];
      })[];
    };
    answer: Readonly<Record<string, unknown>>;
  };
  'PUT /api/network/stations/{stationId}/evses/{evseId}/address': {
    path: {
      readonly stationId: string;
      readonly evseId: number;
    };
    query?: never;
    body: {
      readonly locationId: string;
      readonly evseUid: string;
    };
    answer: Readonly<Record<string, unknown>>;
  };
  'GET /api/payments': {
    path?: never;
    query?: {
      readonly from?: string;
      readonly limit?: number;
    };
    body?: never;
    answer: readonly ({
      readonly cdrId: string;
      readonly state: "none" | "unpaid" | "paid";
      readonly amount: number;
      readonly currency: string;
      readonly paid: string | null;
      readonly method: string | null;
      readonly reference: string | null;
    })[];
  };
  'GET /api/cdrs/{cdrId}/payment': {
    path: {
      readonly cdrId: string;
    };
    query?: never;
    body?: never;
    answer: {
      readonly cdrId: string;
      readonly state: "none" | "unpaid" | "paid";
      readonly amount: number;
      readonly currency: string;
      readonly paid: string | null;
      readonly method: string | null;
      readonly reference: string | null;
    };
  };
  'PUT /api/cdrs/{cdrId}/payment': {
    path: {
      readonly cdrId: string;
    };
    query?: never;
    body: {
      readonly method?: string;
      readonly reference?: string;
    };
    answer: {
      readonly cdrId: string;
      readonly state: "none" | "unpaid" | "paid";
      readonly amount: number;
      readonly currency: string;
      readonly paid: string | null;
      readonly method: string | null;
      readonly reference: string | null;
    };
  };
  'DELETE /api/cdrs/{cdrId}/payment': {
    path: {
      readonly cdrId: string;
    };
    query?: never;
    body?: never;
    answer: {
      readonly cdrId: string;
      readonly state: "none" | "unpaid" | "paid";
      readonly amount: number;
      readonly currency: string;
      readonly paid: string | null;
      readonly method: string | null;
      readonly reference: string | null;
    };
  };
  'GET /api/drivers/me/sessions/{sessionId}/payment': {
    path: {
      readonly sessionId: string;
    };
    query?: never;
    body?: never;
    answer: {
      readonly state: "pending" | "none" | "unpaid" | "paid";
      readonly amount: number | null;
      readonly currency: string | null;
      readonly reference: string | null;
      readonly paid: string | null;
      readonly link: string | null;
    };
  };
  'GET /api/drivers/me/provider': {
    path?: never;
    query?: never;
    body?: never;
    answer: {
      readonly provider: string;
      readonly since: string | null;
      readonly name: string | null;
      readonly partners: readonly {
        readonly id: string;
        readonly name: string;
        readonly isUp: boolean;
      }[];
    };
  };
  'PUT /api/drivers/me/provider': {
    path?: never;
    query?: never;
    body: {
      readonly provider: string;
    };
    answer: {
      readonly provider: string;
      readonly since: string | null;
      readonly name: string | null;
      readonly partners: readonly {
        readonly id: string;
        readonly name: string;
        readonly isUp: boolean;
      }[];
    };
  };
  'GET /api/drivers/me/notices': {
    path?: never;
    query?: {
      readonly limit?: number;
    };
    body?: never;
    answer: {
      readonly unread: number;
      readonly notices: readonly ({
        readonly id: number;
        readonly kind: string;
        readonly sessionId: string | null;
        readonly detail: {
          readonly locationId?: string;
          readonly evseUid?: string;
          readonly energyWh?: number;
        };
        readonly at: string;
        readonly isRead: boolean;
        readonly socket: {
          readonly label: string;
          readonly place: string;
          readonly timeZone: string;
        } | null;
      })[];
    };
  };
  'POST /api/drivers/me/notices/read': {
    path?: never;
    query?: never;
    body?: never;
    answer: {
      readonly unread: number;
    };
  };
  'GET /api/drivers/me/mail': {
    path?: never;
    query?: never;
    body?: never;
    answer: {
      readonly isOffered: boolean;
      readonly state: string;
      readonly address: string | null;
      readonly language: string | null;
      readonly since: string | null;
    };
  };
  'PUT /api/drivers/me/mail': {
    path?: never;
    query?: never;
    body: {
      readonly language: "en" | "nl" | "es" | "it" | "fi" | "hu" | "ca" | "de";
    };
    answer: {
      readonly isOffered: boolean;
      readonly state: string;
      readonly address: string | null;
      readonly language: string | null;
      readonly since: string | null;
    };
  };
  'DELETE /api/drivers/me/mail': {
    path?: never;
    query?: never;
    body?: never;
    answer: {
      readonly isOffered: boolean;
      readonly state: string;
      readonly address: string | null;
      readonly language: string | null;
      readonly since: string | null;
    };
  };
  'GET /api/drivers/me/push': {
    path?: never;
    query?: never;
    body?: never;
    answer: {
      readonly publicKey: string;
      readonly devices: readonly {
        readonly id: string;
        readonly service: string;
        readonly language: string;
        readonly made: string;
      }[];
    };
  };
  'PUT /api/drivers/me/push': {
    path?: never;
    query?: never;
    body: {
      readonly endpoint: string;
      readonly p256dh: string;
      readonly auth: string;
      readonly language: "en" | "nl" | "es" | "it" | "fi" | "hu" | "ca" | "de";
    };
    answer: {
      readonly id: string;
      readonly service: string;
      readonly language: string;
      readonly made: string;
    };
  };
  'DELETE /api/drivers/me/push/{deviceId}': {
    path: {
      readonly deviceId: string;
    };
    query?: never;
    body?: never;
    answer: {
      readonly removed: string;
    };
  };
  'GET /api/drivers/me/cards': {
    path?: never;
    query?: never;
    body?: never;
    answer: readonly ({
      readonly id: string;
      readonly kind: "app" | "card";
      readonly uid: string;
      readonly contractId: string;
      readonly valid: boolean;
    })[];
  };
  'POST /api/drivers/me/cards': {
    path?: never;
    query?: never;
    body: {
      readonly uid: string;
      readonly contractId: string;
    };
    answer: readonly ({
      readonly id: string;
      readonly kind: "app" | "card";
      readonly uid: string;
      readonly contractId: string;
      readonly valid: boolean;
    })[];
  };
  'DELETE /api/drivers/me/cards/{cardId}': {
    path: {
      readonly cardId: string;
    };
    query?: never;
    body?: never;
    answer: Readonly<Record<string, unknown>>;
  };
  'GET /api/drivers/me/sessions': {
    path?: never;
    query?: {
      readonly limit?: number;
      readonly before?: string;
    };
    body?: never;
    answer: readonly ({
      readonly sessionId: string;
      readonly isLive: boolean;
      readonly locationId: string;
      readonly evseUid: string;
      readonly start: string;
      readonly end: string | null;
      readonly energyWh: number;
      readonly powerW: number | null;
      readonly cdrId: string | null;
      readonly currency: string | null;
      readonly totalCost: number | null;
      readonly taxes: number | null;
      readonly parts: readonly ({
        readonly kind: "energy" | "time" | "parking" | "fixed" | "reservation";
        readonly amount: number;
      })[] | null;
    })[];
  };
  'GET /api/drivers/me/sessions/{sessionId}/plan': {
    path: {
      readonly sessionId: string;
    };
    query?: never;
    body?: never;
    answer: {
      readonly sessionId: string;
      readonly isLive: boolean;
      readonly socket: {
        readonly label: string;
        readonly place: string;
        readonly timeZone: string;
        readonly maxW: number;
        readonly givesBack: boolean;
      };
      readonly status: string;
      readonly now: string;
      readonly start: string;
      readonly end: string | null;
      readonly energyWh: number;
      readonly powerW: number | null;
      readonly soFar: {
        readonly amount: number;
        readonly currency: string;
      } | null;
      readonly soc: number | null;
      readonly socReading: {
        readonly source: "station" | "cpo" | "driver";
        readonly at: string;
        readonly soc: number;
      } | null;
      readonly batteryWh: number | null;
      readonly wishes: {
        readonly profileType: "CHEAP" | "FAST" | "GREEN" | "REGULAR" | null;
        readonly departure: string | null;
        readonly departureFirm: boolean;
        readonly targetSoc: number | null;
        readonly minSoc: number | null;
        readonly atOnceSoc: number | null;
        readonly atOnceWh: number | null;
        readonly usualDay: string | null;
        readonly energyNeedWh: number | null;
        readonly dischargeAllowed: boolean;
        readonly reserveSoc: number | null;
      };
      readonly provider: {
        readonly chosen: string;
        readonly name: string | null;
        readonly setBy: string | null;
      };
      readonly planNumber: number | null;
      readonly outlook: {
        readonly start: string;
        readonly now: string;
        readonly slotMinutes: number;
        readonly powerW: readonly number[];
        readonly pricePerKwh: readonly (number | null)[];
        readonly co2GPerKwh: readonly (number | null)[];
        readonly soc: readonly number[] | null;
        readonly starts: string | null;
        readonly ends: string | null;
        readonly due: string | null;
        readonly profileType: string;
        readonly chargedWh: number;
        readonly dischargedWh: number;
        readonly co2G: number | null;
        readonly shortfallWh: number;
        readonly reasons: readonly {
          readonly code: string;
          readonly sentence: string;
        }[];
        readonly cost: {
          readonly amount: number;
          readonly currency: string;
          readonly basis: "tariff" | "free";
        } | null;
      } | null;
    };
  };
  'GET /api/drivers/me/sessions/{sessionId}/receipt': {
    path: {
      readonly sessionId: string;
    };
    query?: never;
    body?: never;
    answer: {
      readonly sessionId: string;
      readonly effect: {
        readonly currency: string;
        readonly fullPowerW: number;
        readonly paid: {
          readonly actual: number;
          readonly uncontrolled: number;
          readonly currency: string;
        } | null;
        readonly cost: {
          readonly actual: number;
          readonly uncontrolled: number;
        } | null;
        readonly co2Kg: {
          readonly actual: number;
          readonly uncontrolled: number;
        } | null;
        readonly wear: {
          readonly actual: number;
          readonly uncontrolled: number;
          readonly dischargedWh: number;
          readonly equivalentFullCycles: {
            readonly actual: number;
            readonly uncontrolled: number;
          };
          readonly model: string;
          readonly uncertainty: number;
        } | null;
      } | null;
    };
  };
  'POST /api/drivers/me/sessions/{sessionId}/boost-trial': {
    path: {
      readonly sessionId: string;
    };
    query?: never;
    body?: never;
    answer: {
      readonly now: {
        readonly start: string;
        readonly now: string;
        readonly slotMinutes: number;
        readonly powerW: readonly number[];
        readonly pricePerKwh: readonly (number | null)[];
        readonly co2GPerKwh: readonly (number | null)[];
        readonly soc: readonly number[] | null;
        readonly starts: string | null;
        readonly ends: string | null;
        readonly due: string | null;
        readonly profileType: string;
        readonly chargedWh: number;
        readonly dischargedWh: number;
        readonly co2G: number | null;
        readonly shortfallWh: number;
        readonly reasons: readonly {
          readonly code: string;
          readonly sentence: string;
        }[];
        readonly cost: {
          readonly amount: number;
          readonly currency: string;
          readonly basis: "tariff" | "free";
        } | null;
      };
      readonly boosted: {
        readonly start: string;
        readonly now: string;
        readonly slotMinutes: number;
        readonly powerW: readonly number[];
        readonly pricePerKwh: readonly (number | null)[];
        readonly co2GPerKwh: readonly (number | null)[];
        readonly soc: readonly number[] | null;
        readonly starts: string | null;
        readonly ends: string | null;
        readonly due: string | null;
        readonly profileType: string;
        readonly chargedWh: number;
        readonly dischargedWh: number;
        readonly co2G: number | null;
        readonly shortfallWh: number;
        readonly reasons: readonly {
          readonly code: string;
          readonly sentence: string;
        }[];
        readonly cost: {
          readonly amount: number;
          readonly currency: string;
          readonly basis: "tariff" | "free";
        } | null;
      };
    };
  };
  'PUT /api/drivers/me/sessions/{sessionId}/car': {
    path: {
      readonly sessionId: string;
    };
    query?: never;
    body: {
      readonly soc?: number;
      readonly batteryWh?: number;
    };
    answer: Readonly<Record<string, unknown>>;
  };
  'PUT /api/drivers/me/sessions/{sessionId}/preferences': {
    path: {
      readonly sessionId: string;
    };
    query?: never;
    body: {
      readonly profileType?: "CHEAP" | "FAST" | "GREEN" | "REGULAR";
      readonly departure?: string;
      readonly departureFirm?: boolean;
      readonly energyNeedWh?: number;
      readonly targetSoc?: number;
      readonly minSoc?: number;
      readonly atOnceSoc?: number;
      readonly atOnceWh?: number;
      readonly reserveSoc?: number;
      readonly dischargeAllowed?: boolean;
    };
    answer: Readonly<Record<string, unknown>>;
  };
  'POST /api/drivers/me/sessions/{sessionId}/stop': {
    path: {
      readonly sessionId: string;
    };
    query?: never;
    body?: never;
    answer: {
      readonly accepted: boolean;
      readonly detail?: string;
    };
  };
  'POST /api/drivers/me/charging': {
    path?: never;
    query?: never;
    body: {
      readonly locationId: string;
      readonly evseUid: string;
    };
    answer: {
      readonly accepted: boolean;
      readonly detail?: string;
    };
  };
  'POST /api/auth/passkey-request': {
    path?: never;
    query?: never;
    body?: never;
    answer: Readonly<Record<string, unknown>>;
  };
  'POST /api/me/password': {
    path?: never;
    query?: never;
    body: {
      readonly current: string;
      readonly password: string;
    };
    answer: Readonly<Record<string, unknown>>;
  };
  'POST /api/me/recovery-codes': {
    path?: never;
    query?: never;
    body?: never;
    answer: {
      readonly recoveryCodes: readonly string[];
    };
  };
  'GET /api/me/sessions': {
    path?: never;
    query?: never;
    body?: never;
    answer: readonly {
      readonly handle: string;
      readonly created: string;
      readonly seen: string;
      readonly address: string;
      readonly agent: string;
      readonly isThis: boolean;
    }[];
  };
  'DELETE /api/me/sessions/{handle}': {
    path: {
      readonly handle: string;
    };
    query?: never;
    body?: never;
    answer: Readonly<Record<string, unknown>>;
  };
  'GET /api/me/passkeys': {
    path?: never;
    query?: never;
    body?: never;
    answer: readonly ({
      readonly id: string;
      readonly name: string;
      readonly created: string;
      readonly lastUsed: string | null;
    })[];
  };
  'POST /api/me/passkeys/request': {
    path?: never;
    query?: never;
    body?: never;
    answer: Readonly<Record<string, unknown>>;
  };
  'POST /api/me/passkeys': {
    path?: never;
    query?: never;
    body: {
      readonly name: string;
      readonly response: {
        readonly id: string;
        readonly rawId: string;
        readonly type: "public-key";
        readonly response: {
          readonly clientDataJSON: string;
          readonly attestationObject: string;
          readonly transports?: readonly string[];
          readonly authenticatorData?: string;
          readonly publicKey?: string;
          readonly publicKeyAlgorithm?: number;
        };
        readonly clientExtensionResults: Readonly<Record<string, unknown>>;
        readonly authenticatorAttachment?: string;
      };
    };
    answer: {
      readonly id: string;
      readonly name: string;
      readonly created: string;
      readonly lastUsed: string | null;
    };
  };
  'DELETE /api/me/passkeys/{passkeyId}': {
    path: {
      readonly passkeyId: string;
    };
    query?: never;
    body?: never;
    answer: Readonly<Record<string, unknown>>;
  };
  'GET /api/me/views/{register}': {
    path: {
      readonly register: string;
    };
    query?: never;
    body?: never;
    answer: readonly {
      readonly name: string;
      readonly query: string;
    }[];
  };
  'PUT /api/me/views/{register}': {
    path: {
      readonly register: string;
    };
    query?: never;
    body: {
      readonly name: string;
      readonly query: string;
    };
    answer: readonly {
      readonly name: string;
      readonly query: string;
    }[];
  };
  'DELETE /api/me/views/{register}/{name}': {
    path: {
      readonly register: string;
      readonly name: string;
    };
    query?: never;
    body?: never;
    answer: readonly {
      readonly name: string;
      readonly query: string;
    }[];
  };
  'GET /api/session-list': {
    path?: never;
    query?: {
      readonly state?: "live" | "ended";
      readonly from?: string;
      readonly to?: string;
      readonly limit?: number;
      readonly offset?: number;
    };
    body?: never;
    answer: {
      readonly total: number;
      readonly sessions: readonly ({
        readonly code: string;
        readonly peerId: string;
        readonly contextId: string;
        readonly site: string;
        readonly timeZone: string;
        readonly party: string;
        readonly evse: string;
        readonly stationId: string | null;
        readonly isLive: boolean;
        readonly flow: string;
        readonly powerW: number | null;
        readonly energyWh: number;
        readonly exportWh: number | null;
        readonly start: string;
        readonly end: string | null;
        readonly profileType: string | null;
        readonly shortfallWh: number;
        readonly reason: {
          readonly code: string;
          readonly sentence: string;
        } | null;
        readonly cost: {
          readonly amount: number;
          readonly currency: string;
          readonly isBilled: boolean;
        } | null;
      })[];
    };
  };
  'GET /api/cdrs': {
    path?: never;
    query?: {
      readonly party?: string;
      readonly session?: string;
      readonly from?: string;
      readonly to?: string;
      readonly limit?: number;
      readonly offset?: number;
    };
    body?: never;
    answer: {
      readonly cdrs: readonly Readonly<Record<string, unknown>>[];
      readonly total: number;
    };
  };
  'GET /api/cdrs/{cdrId}': {
    path: {
      readonly cdrId: string;
    };
    query?: never;
    body?: never;
    answer: Readonly<Record<string, unknown>>;
  };
  'POST /api/cdrs/{cdrId}/credit': {
    path: {
      readonly cdrId: string;
    };
    query?: never;
    body: {
      readonly remark?: string;
    };
    answer: Readonly<Record<string, unknown>>;
  };
  'GET /api/tariffs': {
    path?: never;
    query?: never;
    body?: never;
    answer: readonly {
      readonly tariffId: string;
      readonly revision: number;
      readonly state: string;
      readonly tariff: Readonly<Record<string, unknown>>;
      readonly places: readonly Readonly<Record<string, unknown>>[];
      readonly draftedBy: string;
      readonly drafted: string;
      readonly decidedBy?: string;
      readonly decided?: string;
      readonly effective?: string;
    }[];
  };
  'POST /api/tariffs': {
    path?: never;
    query?: never;
    body: {
      readonly tariff: {
        readonly id: string;
      };
      readonly places: readonly {
        readonly locationId?: string;
        readonly evseUid?: string;
        readonly connectorId?: string;
      }[];
    };
    answer: Readonly<Record<string, unknown>>;
  };
  'POST /api/tariffs/{tariffId}/{revision}/approval': {
    path: {
      readonly tariffId: string;
      readonly revision: number;
    };
    query?: never;
    body: {
      readonly effective?: string;
    };
    answer: Readonly<Record<string, unknown>>;
  };
  'POST /api/tariffs/{tariffId}/{revision}/rejection': {
    path: {
      readonly tariffId: string;
      readonly revision: number;
    };
    query?: never;
    body?: never;
    answer: Readonly<Record<string, unknown>>;
  };
  'GET /api/tariff-ceilings': {
    path?: never;
    query?: never;
    body?: never;
    answer: readonly {
      readonly currency: string;
      readonly dimension: string;
      readonly maxPrice: number;
    }[];
  };
  'PUT /api/tariff-ceilings': {
    path?: never;
    query?: never;
    body: {
      readonly currency: string;
      readonly dimension: "ENERGY" | "FLAT" | "PARKING_TIME" | "TIME";
      readonly maxPrice: number | null;
    };
    answer: readonly {
      readonly currency: string;
      readonly dimension: string;
      readonly maxPrice: number;
    }[];
  };
  'POST /api/tariff-preview': {
    path?: never;
    query?: never;
    body: {
      readonly tariff: {
        readonly id: string;
        readonly elements?: readonly Readonly<Record<string, unknown>>[];
      };
      readonly start: string;
      readonly timeZone: string;
      readonly energyWh: number;
      readonly exportWh?: number;
      readonly chargingMinutes: number;
      readonly parkedMinutes?: number;
    };
    answer: {
      readonly currency: string;
      readonly beforeTaxes: number;
      readonly afterTaxes: number;
      readonly lines: readonly {
        readonly subject: string;
        readonly dimension: string;
        readonly billed: number;
        readonly price: number;
        readonly beforeTaxes: number;
      }[];
      readonly warnings: readonly string[];
      readonly aboveCeiling: string | null;
    };
  };
  'GET /api/tokens': {
    path?: never;
    query?: {
      readonly limit?: number;
      readonly offset?: number;
      readonly own?: boolean;
    };
    body?: never;
    answer: {
      readonly tokens: readonly {
        readonly id: string;
        readonly owner: string;
        readonly isOwn: boolean;
        readonly uid: string;
        readonly type: string;
        readonly contractId: string;
        readonly visualNumber?: string;
        readonly issuer: string;
        readonly groupId?: string;
        readonly valid: boolean;
        readonly blockedReason?: string;
        readonly whitelist: string;
        readonly defaultProfileType?: string;
        readonly expires?: string;
        readonly updated: string;
      }[];
      readonly total: number;
    };
  };
  'POST /api/tokens': {
    path?: never;
    query?: never;
    body: {
      readonly uid: string;
      readonly type?: "RFID" | "APP_USER" | "AD_HOC_USER" | "OTHER";
      readonly contractId?: string;
      readonly visualNumber?: string;
      readonly issuer?: string;
      readonly groupId?: string;
      readonly defaultProfileType?: "CHEAP" | "FAST" | "GREEN" | "REGULAR";
      readonly expires?: string;
    };
    answer: Readonly<Record<string, unknown>>;
  };
  'PATCH /api/tokens/{tokenId}': {
    path: {
      readonly tokenId: string;
    };
    query?: never;
    body: {
      readonly blockedReason?: string | null;
      readonly groupId?: string;
      readonly defaultProfileType?: "CHEAP" | "FAST" | "GREEN" | "REGULAR";
      readonly expires?: string | null;
    };
    answer: Readonly<Record<string, unknown>>;
  };
  'DELETE /api/tokens/{tokenId}': {
    path: {
      readonly tokenId: string;
    };
    query?: never;
    body?: never;
    answer: Readonly<Record<string, unknown>>;
  };
  'GET /api/parties': {
    path?: never;
    query?: never;
    body?: never;
    answer: readonly ({
      readonly peerId: string;
      readonly name: string;
      readonly state: string;
      readonly parties: readonly {
        readonly role: string;
        readonly country: string;
        readonly party: string;
      }[];
      readonly version: string | null;
      readonly agreements: readonly string[];
      readonly unitProfile: string;
      readonly shadow: boolean;
      readonly health: string;
      readonly lastSeen: string | null;
      readonly lastError: string | null;
      readonly lastErrorAt: string | null;
      readonly downSince: string | null;
      readonly lastPull: string | null;
    })[];
  };
  'POST /api/parties/invitations': {
    path?: never;
    query?: never;
    body: {
      readonly role: "CPO" | "EMSP" | "HUB" | "NAP" | "NSP" | "OTHER" | "SCSP";
      readonly furtherRoles?: readonly ("CPO" | "EMSP" | "HUB" | "NAP" | "NSP" | "OTHER" | "SCSP")[];
      readonly country: string;
      readonly party: string;
      readonly name?: string;
      readonly agreements?: readonly string[];
      readonly unitProfile?: string;
      readonly shadow?: boolean;
      readonly rawToken?: boolean;
    };
    answer: {
      readonly token: string;
      readonly versions_url: string;
    };
  };
  'PATCH /api/parties/{peerId}': {
    path: {
      readonly peerId: string;
    };
    query?: never;
    body: {
      readonly shadow?: boolean;
      readonly agreements?: readonly string[];
    };
    answer: readonly Readonly<Record<string, unknown>>[];
  };
  'POST /api/parties/{peerId}/rotate': {
    path: {
      readonly peerId: string;
    };
    query?: never;
    body?: never;
    answer: Readonly<Record<string, unknown>>;
  };
  'POST /api/parties/{peerId}/reinvite': {
    path: {
      readonly peerId: string;
    };
    query?: never;
    body?: never;
    answer: Readonly<Record<string, unknown>>;
  };
  'POST /api/parties/{peerId}/suspend': {
    path: {
      readonly peerId: string;
    };
    query?: never;
    body?: never;
    answer: Readonly<Record<string, unknown>>;
  };
  'POST /api/parties/{peerId}/resume': {
    path: {
      readonly peerId: string;
    };
    query?: never;
    body?: never;
    answer: Readonly<Record<string, unknown>>;
  };
  'POST /api/parties/{peerId}/pull': {
    path: {
      readonly peerId: string;
    };
    query?: never;
    body?: never;
    answer: Readonly<Record<string, unknown>>;
  };
  'GET /api/audit': {
    path?: never;
    query?: {
      readonly limit?: number;
      readonly before?: number;
      readonly from?: string;
      readonly to?: string;
    };
    body?: never;
    answer: readonly ({
      readonly id: number;
      readonly at: string;
      readonly actor: string;
      readonly actorName: string | null;
      readonly action: string;
      readonly subject: string;
      readonly detail: Readonly<Record<string, unknown>>;
      readonly hash: string;
    })[];
  };
  'GET /api/audit/verify': {
    path?: never;
    query?: never;
    body?: never;
    answer: {
      readonly ok: boolean;
      readonly rows: number;
      readonly brokenId?: number;
      readonly sentence?: string;
    };
  };
  'GET /api/staff': {
    path?: never;
    query?: never;
    body?: never;
    answer: readonly ({
      readonly id: string;
      readonly email: string | null;
      readonly name: string | null;
      readonly role: string;
      readonly peerId: string | null;
      readonly state: string;
      readonly secondFactor: {
        readonly code: boolean;
        readonly passkeys: number;
        readonly recoveryCodes: number;
      };
      readonly signIns: number;
      readonly created: string;
      readonly lastSignIn: string | null;
    })[];
  };
  'POST /api/staff': {
    path?: never;
    query?: never;
    body: {
      readonly email: string;
      readonly role: "admin" | "operator" | "viewer" | "city";
      readonly name?: string;
      readonly language?: "en" | "nl" | "es" | "it" | "fi" | "hu" | "ca" | "de";
      readonly peerId?: string;
    };
    answer: {
      readonly accountId: string;
      readonly link: string;
      readonly mailed: boolean;
      readonly expires: string;
    };
  };
  'PATCH /api/staff/{accountId}': {
    path: {
      readonly accountId: string;
    };
    query?: never;
    body: {
      readonly role?: "admin" | "operator" | "viewer" | "city";
      readonly name?: string;
    };
    answer: Readonly<Record<string, unknown>>;
  };
  'DELETE /api/staff/{accountId}': {
    path: {
      readonly accountId: string;
    };
    query?: never;
    body?: never;
    answer: Readonly<Record<string, unknown>>;
  };
  'POST /api/staff/{accountId}/reset': {
    path: {
      readonly accountId: string;
    };
    query?: {
      readonly language?: "en" | "nl" | "es" | "it" | "fi" | "hu" | "ca" | "de";
      readonly mail?: "yes" | "no";
    };
    body?: never;
    answer: {
      readonly accountId: string;
      readonly link: string;
      readonly mailed: boolean;
      readonly expires: string;
    };
  };
  'POST /api/staff/{accountId}/lock': {
    path: {
      readonly accountId: string;
    };
    query?: never;
    body?: never;
    answer: Readonly<Record<string, unknown>>;
  };
  'POST /api/staff/{accountId}/unlock': {
    path: {
      readonly accountId: string;
    };
    query?: never;
    body?: never;
    answer: Readonly<Record<string, unknown>>;
  };
  'DELETE /api/staff/{accountId}/sessions': {
    path: {
      readonly accountId: string;
    };
    query?: never;
    body?: never;
    answer: Readonly<Record<string, unknown>>;
  };
  'GET /api/keys': {
    path?: never;
    query?: never;
    body?: never;
    answer: readonly ({
      readonly id: string;
      readonly name: string;
      readonly role: string;
      readonly created: string;
      readonly lastUsed: string | null;
      readonly revoked: string | null;
    })[];
  };
  'POST /api/keys': {
    path?: never;
    query?: never;
    body: {
      readonly name: string;
      readonly role: "admin" | "operator" | "viewer";
    };
    answer: {
      readonly id: string;
      readonly name: string;
      readonly role: string;
      readonly created: string;
      readonly lastUsed: string | null;
      readonly revoked: string | null;
      readonly key: string;
    };
  };
  'DELETE /api/keys/{keyId}': {
    path: {
      readonly keyId: string;
    };
    query?: never;
    body?: never;
    answer: Readonly<Record<string, unknown>>;
  };
}
