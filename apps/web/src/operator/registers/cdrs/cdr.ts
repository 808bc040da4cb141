/** What the pages use of an OCPI 2.3.0 CDR. */
export interface CdrRecord {
  readonly id: string;
  readonly session_id?: string;
  readonly start_date_time: string;
  readonly end_date_time: string;
  readonly currency: string;
  readonly total_cost: {
    readonly before_taxes: number;
    readonly taxes?: readonly { readonly amount: number }[];
  };
  /** Revisions of tariffs that count, as they were. */
  readonly tariffs?: readonly { readonly id: string }[];
  /** kWh */
  readonly total_energy: number;
  /** kWh given back; only where there was any. */
  readonly total_exported_energy?: number;
  readonly credit?: boolean;
  readonly credit_reference_id?: string;
  readonly remark?: string;
  readonly cdr_token: {
    readonly country_code: string;
    readonly party_id: string;
    readonly contract_id: string;
  };
  readonly cdr_location: {
    readonly id: string;
    readonly name?: string;
    readonly address: string;
    readonly evse_uid: string;
  };
  readonly signed_data?: SignedData;
  readonly last_updated: string;
}

export interface SignedData {
  readonly encoding_method: string;
  readonly signed_values: readonly {
    readonly nature: string;
    readonly plain_data: string;
    readonly signed_data: string;
  }[];
}

export const isCredit = ({ credit }: CdrRecord) => credit === true;

/** With taxes, where they are stated. */
export const afterTaxes = ({ total_cost: { before_taxes, taxes = [] } }: CdrRecord) =>
  taxes.reduce((sum, { amount }) => sum + amount, before_taxes);

/** Who pays, like `NL-TNM`. */
export const payerOf = ({ cdr_token: { country_code, party_id } }: CdrRecord) =>
  `${country_code}-${party_id}`;
export const placeOf = ({ cdr_location: { name, address } }: CdrRecord) => name ?? address;
