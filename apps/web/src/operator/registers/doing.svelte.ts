import { Refusal } from '../../api/client.ts';
import { withStepUp } from '../../components/step-up.svelte.ts';
import { say } from '../../words/words.svelte.ts';

/** What became of the last thing somebody did on a page, in a sentence. */
export interface Doing {
  readonly wrong: string;
  readonly told: string;
  readonly isBusy: boolean;
  /** Asks for the second factor where the server wants it. @param done said when it went well @returns whether it did */
  attempt(work: () => Promise<unknown>, done?: string): Promise<boolean>;
}

export function createDoing(): Doing {
  let wrong = $state('');
  let told = $state('');
  let isBusy = $state(false);
  /** Works under way: while one of them is, the page is busy. */
  let underWay = 0;
  return {
    get wrong() {
      return wrong;
    },
    get told() {
      return told;
    },
    get isBusy() {
      return isBusy;
    },
    async attempt(work, done = '') {
      wrong = '';
      told = '';
      underWay += 1;
      isBusy = true;
      try {
        await withStepUp(work);
        // A reading that ends has nothing to say, and takes nothing back that was said meanwhile.
        if (done !== '') told = done;
        return true;
      } catch (error) {
        wrong = error instanceof Refusal ? error.message : say('failed');
        return false;
      } finally {
        underWay -= 1;
        isBusy = underWay > 0;
      }
    },
  };
}
