import { isArray, isObject, type Json, type JsonObject } from '../json.ts';
import type { ProfileProblem } from './profile.ts';
import { LIMITS, PROFILE_MESSAGES, type ProfileMessage } from './profile-messages.ts';

/**
 * Reads fields of an untrusted object, and notes what is wrong instead of stopping at the first mistake. An
 * absent field and one that is null are both undefined, as for the API server.
 */
export type FieldReader = {
  readonly problems: readonly ProfileProblem[];
  readonly note: (field: string, message: ProfileMessage) => void;
  /** For the few messages that are made from what was found. */
  readonly noteText: (field: string, message: string) => void;
  /** The fields of an object, each unknown one noted; empty where it is absent or no object. */
  readonly object: (value: unknown, field: string, known?: readonly string[]) => JsonObject;
  readonly list: (value: unknown, field: string, limit: number) => readonly Json[];
  readonly text: (value: unknown, field: string) => string | undefined;
  readonly requiredText: (value: unknown, field: string) => string | undefined;
  readonly flag: (value: unknown, field: string) => boolean | undefined;
  readonly choice: <T extends string>(input: Choice<T>) => T;
};

type Choice<T extends string> = {
  readonly value: unknown;
  readonly field: string;
  /** The first is the default. */
  readonly choices: readonly [T, ...T[]];
  readonly message: ProfileMessage;
};

export function createFieldReader(): FieldReader {
  const problems: ProfileProblem[] = [];
  const noteText = (field: string, message: string): void => {
    problems.push({ field, message });
  };
  const note = (field: string, message: ProfileMessage): void => noteText(field, PROFILE_MESSAGES[message]);

  const text: FieldReader['text'] = (value, field) => {
    if (isAbsent(value)) return undefined;
    if (typeof value === 'string' && value.length <= LIMITS.text) return value;
    note(field, typeof value === 'string' ? 'too-long' : 'text');
    return undefined;
  };

  return {
    problems,
    note,
    noteText,
    text,
    object: (value, field, known) => {
      if (isAbsent(value)) return {};
      if (!isObject(value)) {
        note(field, 'object');
        return {};
      }
      const unknown = known === undefined ? [] : Object.keys(value).filter((name) => !known.includes(name));
      for (const name of unknown) note(field === '' ? name : `${field}.${name}`, 'unknown-field');
      return value;
    },
    list: (value, field, limit) => {
      if (isAbsent(value)) return [];
      if (isArray(value) && value.length <= limit) return value;
      note(field, isArray(value) ? 'too-many' : 'list');
      return [];
    },
    requiredText: (value, field) => {
      if (!isAbsent(value) && value !== '') return text(value, field);
      note(field, 'required');
      return undefined;
    },
    flag: (value, field) => {
      if (isAbsent(value)) return undefined;
      if (typeof value === 'boolean') return value;
      note(field, 'flag');
      return undefined;
    },
    choice: ({ value, field, choices, message }) => {
      const [first] = choices;
      const chosen = isAbsent(value) ? first : choices.find((choice) => choice === value);
      if (chosen === undefined) note(field, message);
      return chosen ?? first;
    },
  };
}

function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}
