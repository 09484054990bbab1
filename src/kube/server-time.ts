/** A Date header is good to a second, and so may our clock be: below this the clocks agree. */
const CLOCKS_AGREE_MS = 5_000;

/** When a request was sent and its answer began, by our clock: milliseconds since the epoch. */
export type Exchanged = { readonly sent: number; readonly answered: number };

/**
 * What the server's clock said when its answer began, or ours where they agree: where the server may have written the
 * header at a moment between the two, however long the answer took. Ours as well where there is no header.
 */
export function serverTime(date: string | undefined, { sent, answered }: Exchanged): number {
  const theirs = Date.parse(date ?? '');
  const differ = theirs < sent - CLOCKS_AGREE_MS || theirs > answered + CLOCKS_AGREE_MS;
  return differ ? theirs : answered;
}
