import { describe, expect, test } from '@jest/globals';
import { createUsageBooks, type UsageBook } from '../../../src/kube/controller/usage-book.ts';

describe('the usage books', () => {
  test('have one while a term lasts, and another one in the next', async () => {
    const books = createUsageBooks();
    const seen: (UsageBook | undefined)[] = [];
    const term = async (book: UsageBook) => {
      expect(books.current()).toBe(book);
      seen.push(book);
    };
    await books.during(term);
    expect(books.current()).toBeUndefined();
    await books.during(term);
    expect(new Set(seen).size).toBe(2);
  });

  test('have none after a term in which a part of the controller failed', async () => {
    const books = createUsageBooks();
    const failing = books.during(() => Promise.reject(new Error('the API server is away')));
    await expect(failing).rejects.toThrow('the API server is away');
    expect(books.current()).toBeUndefined();
  });
});
