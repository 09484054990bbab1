import type { Profile } from '../core/catalog/profile.ts';

/** All that a command touches besides its arguments, handed in, so that tests need no process. */
export type Surroundings = {
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Of the environment, only what says whether colours are wanted. */
  readonly env: Readonly<Record<'NO_COLOR' | 'FORCE_COLOR' | 'TERM', string | undefined>>;
  readonly files: Files;
  /** The shipped catalog. Throws where it is damaged, naming the file. */
  readonly builtin: () => readonly Profile[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Aborted when the user asks to stop (Ctrl-C). Until it is called, Ctrl-C ends the process at once. */
  readonly stopSignal: () => AbortSignal;
};

export type InputStream = { readonly isTTY: boolean; readonly read: () => Promise<Uint8Array> };

export type OutputStream = {
  readonly isTTY: boolean;
  /** Characters per line; 80 where nobody knows. */
  readonly columns: number;
  readonly write: (text: string) => void;
};

/** The file system, as far as the command line uses it. Paths are as the user wrote them, relative to where they are. */
export type Files = {
  readonly kindOf: (path: string) => 'file' | 'folder' | 'nothing';
  /** The files below a folder, sorted; folders that begin with a dot are left out, links to folders not followed. */
  readonly list: (folder: string) => readonly string[];
  /** Rejects where the file cannot be read. */
  readonly read: (path: string) => Promise<Uint8Array>;
  /** The absolute path, links followed, to tell whether two paths are one file. */
  readonly identity: (path: string) => string;
  /** Writes a whole file or nothing; makes its folders. */
  readonly write: (path: string, text: string) => Promise<void>;
  /** Puts a new text in the place of an old one, or nothing: rejects where the file no longer holds the old text. */
  readonly replace: (path: string, texts: { readonly old: string; readonly new: string }) => Promise<void>;
};
