import type { Store } from '../../store/index.ts';
import type { Clock } from '../../time/clock.ts';

export const AUDIENCES = ['operator', 'city'] as const;
export type Audience = (typeof AUDIENCES)[number];

/** What somebody thinks of the platform (D4.2, validation screen): 1..5, and whether they would recommend it, 0..10. */
export interface Opinion {
  readonly utility: number;
  readonly ease: number;
  readonly satisfaction: number;
  readonly recommend: number;
  readonly comment?: string;
}

export interface SurveyRow extends Opinion {
  readonly month: string;
  readonly audience: Audience;
}

export interface SurveyFigures {
  readonly answers: number;
  /** Means, 1..5; null without answers. */
  readonly utility: number | null;
  readonly ease: number | null;
  readonly satisfaction: number | null;
  /** Net promoter score, -100..100: share of 9 and 10 less share of 0 to 6. */
  readonly netPromoters: number | null;
}

export interface Survey {
  /** Kept without a name and without the day. */
  answer(audience: Audience, opinion: Opinion): Promise<void>;
  figures(): Promise<SurveyFigures>;
  /** In no order that tells who came first. */
  rows(): Promise<readonly SurveyRow[]>;
}

export function createSurvey({ store: { db }, clock }: { store: Store; clock: Pick<Clock, 'now'> }): Survey {
  async function rows(): Promise<readonly SurveyRow[]> {
    const kept = await db
      .selectFrom('survey_answer')
      .select(['month', 'audience', 'utility', 'ease', 'satisfaction', 'recommend', 'comment'])
      .orderBy('month')
      .orderBy('audience')
      .orderBy('recommend')
      .orderBy('satisfaction')
      .orderBy('comment')
      .execute();
    return kept.map(({ comment, ...row }) => ({ ...row, ...(comment === null ? {} : { comment }) }));
  }
  return {
    async answer(audience, { comment, ...marks }) {
      const month = new Date(clock.now()).toISOString().slice(0, 7);
      const row = { month, audience, ...marks, comment: comment ?? null };
      await db.insertInto('survey_answer').values(row).execute();
    },
    async figures() {
      return figuresOf(await rows());
    },
    rows,
  };
}

export function figuresOf(rows: readonly Opinion[]): SurveyFigures {
  const answers = rows.length;
  const mean = (read: (row: Opinion) => number) =>
    answers === 0 ? null : rows.reduce((sum, row) => sum + read(row), 0) / answers;
  const promoters = mean(({ recommend }) => (recommend >= 9 ? 100 : recommend <= 6 ? -100 : 0));
  return {
    answers,
    utility: mean(({ utility }) => utility),
    ease: mean(({ ease }) => ease),
    satisfaction: mean(({ satisfaction }) => satisfaction),
    netPromoters: promoters,
  };
}
