import { type Mirror, parseMirror } from './core/image/mirrors.ts';
import { parseImage } from './core/image/reference.ts';

/** What a setting's text is made into. */
export type Kind<T> = {
  /** For people: `a whole number from 1 to 10`. */
  readonly takes: string;
  /** Undefined where the text is not what the setting takes. */
  readonly parse: (text: string) => T | undefined;
};

export type Setting<T> = Kind<T> & {
  readonly variable: string;
  /** Its value where the variable is absent or empty. */
  readonly absent: T;
  readonly about: string;
};

export function setting<T>(variable: string, kind: Kind<T>, absent: NoInfer<T>, about: string): Setting<T> {
  return { ...kind, variable, absent, about };
}

export function text(takes: string): Kind<string> {
  return { takes, parse: (value) => value };
}

export function flag(): Kind<boolean> {
  return {
    takes: 'true or false',
    parse: (value) => (value === 'true' ? true : value === 'false' ? false : undefined),
  };
}

export function oneOf<const T extends string>(...values: readonly T[]): Kind<T> {
  return { takes: `one of ${values.join(', ')}`, parse: (value) => values.find((known) => known === value) };
}

export function wholeNumber(least: number, most: number): Kind<number> {
  return {
    takes: `a whole number from ${least} to ${most}`,
    parse: (value) => {
      const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
      return number >= least && number <= most ? number : undefined;
    },
  };
}

const UNITS: Readonly<Record<string, number>> = { '': 1, Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3 };

export function bytes(): Kind<number> {
  return {
    takes: 'a number of bytes from 1Ki to 1Gi, like 7Mi',
    parse: (value) => {
      const [, digits, unit] = /^(\d{1,10})(Ki|Mi|Gi|)$/.exec(value) ?? [];
      const size = Number(digits) * (UNITS[unit ?? ''] ?? Number.NaN);
      return size >= 1024 && size <= 1024 ** 3 ? size : undefined;
    },
  };
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** Seconds. */
export function duration(): Kind<number> {
  return {
    takes: 'a time like 30s, 90m, 12h or 90d, up to 10 years',
    parse: (value) => {
      const [, digits, unit] = /^(\d{1,9})([smhd])$/.exec(value) ?? [];
      const seconds = Number(digits) * (SECONDS[unit ?? ''] ?? Number.NaN);
      return seconds >= 1 && seconds <= 3_650 * 86_400 ? seconds : undefined;
    },
  };
}

export function list(what: string): Kind<readonly string[]> {
  return { takes: `${what}, with commas between them`, parse: (value) => entries(value) };
}

export function mirrorList(): Kind<readonly Mirror[]> {
  return {
    takes:
      'mirror=original pairs with commas between them, each side without a scheme and a slash at its end, like registry.example.com/hub=docker.io',
    parse: (value) => {
      const parsed = entries(value).map(parseMirror);
      const mirrors = parsed.flatMap((each) => (each.kind === 'mirror' ? each.mirror : []));
      return mirrors.length === parsed.length ? mirrors : undefined;
    },
  };
}

/** As it stands: where it is misspelt, every pod that it is put into would wait for ever. */
export function image(): Kind<string> {
  return {
    takes: 'an image like registry.example.com/tools/busybox:1.37',
    parse: (value) => (parseImage(value).kind === 'image' ? value : undefined),
  };
}

function entries(value: string): readonly string[] {
  return value
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}
