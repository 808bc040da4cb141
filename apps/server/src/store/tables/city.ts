import type { Identity } from './columns.ts';

/** A filter of the city page that is shown to everybody who may see the figures. */
export interface CityReportTable {
  name: string;
  query: string;
  /** Account that keeps it; shown to nobody. */
  made_by: string;
  made_ms: number;
}

/** What somebody said, without who and without the day: nobody can be picked out. */
export interface SurveyAnswerTable {
  id: Identity;
  /** `2026-06` */
  month: string;
  audience: 'operator' | 'city';
  utility: number;
  ease: number;
  satisfaction: number;
  recommend: number;
  comment: string | null;
}

export interface CityTables {
  city_report: CityReportTable;
  survey_answer: SurveyAnswerTable;
}
