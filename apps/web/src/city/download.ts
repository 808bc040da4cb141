import { ask } from '../api/client.ts';

/** Fetches what is to be kept with the sign-in of this page and hands it to the browser. @throws Refusal */
export async function download(path: string, name: string): Promise<void> {
  const answer = await ask(path);
  const url = URL.createObjectURL(await answer.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
