import winston from 'winston';

declare module 'winston' {
  /** The base class of all transports, which winston exports and its types forget (they have `transport`). */
  const Transport: new (options: winston.transport.TransportStreamOptions) => winston.transport;
}

/** A constant message in lower case, and fields: never bodies, never secrets. */
export type Log = Readonly<Record<LogLevel, (message: string, fields?: LogFields) => void>>;

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** An Error among them is written as its message and its causes; an undefined one is left out. */
export type LogFields = {
  readonly [key: string]: LogValue;
  /** These three are the line's own. */
  readonly time?: undefined;
  readonly level?: undefined;
  readonly msg?: undefined;
};

export type LogValue = string | number | boolean | readonly string[] | Error | undefined;

export type LogOptions = {
  readonly level: LogLevel;
  readonly format: 'json' | 'text';
  /** Takes whole lines, several at once. */
  readonly write: (lines: string) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
};

export type OpenLog = {
  readonly log: Log;
  /** Writes what is still held back: to be called before the process ends. */
  readonly flush: () => void;
};

/** How long an entry may be held back, in milliseconds, and how many may be. */
const HOLD = 100;
const HOLD_ENTRIES = 256;

const LEVELS: Readonly<Record<LogLevel, number>> = { error: 0, warn: 1, info: 2, debug: 3 };
/** Where winston's transports look for the finished line (triple-beam). */
const LINE = Symbol.for('message');

type Entry = { level: LogLevel; message: string; time: number; fields: LogFields; [LINE]?: string };

/**
 * Opens winston with a format of its own and one transport. Entries are held back for a moment and go through
 * winston together, into one write: some 1 µs each. One by one, between reviews, they cost 10 µs (a review 100).
 */
export function openLog({ level, format, write, now }: LogOptions): OpenLog {
  let lines = '';
  const lineOf = format === 'json' ? jsonLine : textLine;
  const logger = winston.createLogger({
    level,
    levels: LEVELS,
    format: { transform: (info) => Object.assign(info, { [LINE]: lineOf(info as unknown as Entry) }) },
    transports: [
      new winston.Transport({
        log(info: Entry, done) {
          lines += `${info[LINE]}\n`;
          done();
        },
      }),
    ],
  });
  const held = createBatch<Entry>((entries) => {
    // Not logger.info(message, fields): winston would join a field called `message` to the message.
    for (const entry of entries) logger.write(entry);
    write(lines);
    lines = '';
  });
  const at =
    (entryLevel: LogLevel) =>
    (message: string, fields: LogFields = {}) => {
      if (LEVELS[entryLevel] > LEVELS[level]) return;
      held.add({ level: entryLevel, message, time: now(), fields });
      if (entryLevel === 'error') held.flush();
    };
  return {
    log: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') },
    flush: held.flush,
  };
}

function createBatch<T>(work: (items: readonly T[]) => void) {
  let held: T[] = [];
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (held.length === 0) return;
    const items = held;
    held = [];
    work(items);
  };
  const add = (item: T) => {
    held.push(item);
    if (held.length >= HOLD_ENTRIES) return flush();
    timer ??= setTimeout(flush, HOLD).unref();
  };
  return { add, flush };
}

function jsonLine({ level, message, time, fields }: Entry): string {
  return JSON.stringify({ time: new Date(time).toISOString(), level, msg: message, ...plainFields(fields) });
}

function plainFields(fields: LogFields): LogFields {
  if (!Object.values(fields).some((value) => value instanceof Error)) return fields;
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, plain(value)])) as LogFields;
}

function plain(value: LogValue): LogValue {
  return value instanceof Error ? describeError(value) : value;
}

/** `listening: listen EADDRINUSE`: the message of an error and of what caused it. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${describeError(error.cause)}`;
}

function textLine({ level, message, time, fields }: Entry): string {
  const clock = new Date(time).toISOString().slice(11, 23);
  const words = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${word(plain(value))}`);
  return [clock, level.padEnd(5), printable(message), ...words].join(' ');
}

function word(value: LogValue): string {
  const text = String(value);
  return /^[\w.:/@,+-]+$/.test(text) ? text : printable(JSON.stringify(text));
}

/** Control characters would let a pod's name write to the terminal what it likes. */
function printable(text: string): string {
  return text.replace(/\p{C}/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
