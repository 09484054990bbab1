import type { FailingCall } from './evidence.ts';

/** The words that tell a call, and the call: the last one before the path counts. */
const WORDS: readonly (readonly [words: RegExp, call: FailingCall])[] = [
  [
    /mkdir: (?:cannot|can't|could not) create|mk\w*_?dirs?\w*|creation failed, path|make_?dirs?|\w*mkdir\w*|creat\w*_?dir\w*|(?:creat\w*|mak(?:e|ing)) (?:(?!file|log|lock|pid|socket|in\b)[\w/-]+ ){0,4}(?:director(?:y|ies)|dir|folder)|mkdtemp|temp\w*dir\w*|das Verzeichnis|(?:créer le|création du) répertoire|el directorio|la directory|o diretório|utworzyć katalogu|создать каталог|vytvořit adresář|dizini|目录|ディレクトリ|디렉터리|目錄/gi,
    'make-directory',
  ],
  [
    /chown\w*|chmod\w*|chgrp|ownership|\bpermissions?\b(?! denied)|\bowner\b|group of|\bmode\b|utimes?\b|timestamps?|setfacl|setxattr|\bacl\b|attributes?/gi,
    'change-attributes',
  ],
  [
    /open\w*|fopen|sysopen|touch|creat\w*|writ(?:e|ing|ten)\w*|unlink\w*|remov(?:e|ing)|delet\w*|renam\w*|\bmov(?:e|ing)\b|symlink\w*|\blink\w*|mk(?:nod|fifo|stemp)|\bbind\w*|listen\w*|truncat\w*|append\w*|\bsav(?:e|ing)|redirect\w*|rmdir|file_put_contents|\bcopy\w*|FileNotFoundException|rb_\w+|\b(?:regular|database|socket|lock\w*|pid\w*|files?|\w*file|log|fifo|tee|ln|cp|mv|dd|sed|gzip|sort)\b|Datei(?!system)|fichier(?!s )|fichero(?!s )|archivo(?!s )|arquivo(?!s )|файл(?!ов)|plik(?!ów)|soubor(?!ů)|ファイル(?!システム)|文件(?!系统)|파일(?! ?시스템)|dosya(?! sistem)|\bbestand\b|\bfil\b|fájl(?!rendszer)|entfernen|löschen|supprimer|borrar|eliminar|rimuovere|remover|удалить|видалити|usunąć|odstranit|verwijderen|删除|刪除|削除|verschieben|déplacer|\bmover\b|spostare|перем[еі]стит|przenieść|移動|移动/gi,
    'write-file',
  ],
  [
    /director(?:y|ies)|\bfolder|(?:\b|_)dir\b|\bcache\b|workdir|\bhome\b|storage|\bstore\b|\b(?:in|into|inside|under|within)\s["'`([‘“]?$/gi,
    'use-directory',
  ],
];

/** What was being done to a path: from the words in front of it, else from those between it and the error. */
export function failingCall(before: string, between: string): FailingCall {
  const lead = withoutError(before.slice(-128)).slice(-64);
  const rest = withoutError(between.slice(0, 128)).slice(0, 64);
  // `cannot create /x directory: `
  if (/^\W{0,3}(?:directory|folder|dir)\b/i.test(rest))
    return lastCall(`${lead} directory`) ?? 'use-directory';
  return lastCall(lead) ?? lastCall(rest) ?? 'unknown';
}

/** `file system` is no file. */
function withoutError(text: string): string {
  return text.replaceAll(/file systems?/gi, '');
}

function lastCall(text: string): FailingCall | undefined {
  const found = WORDS.flatMap(([words, call], row) =>
    Array.from(text.matchAll(words), (match) => ({
      call,
      row,
      end: match.index + match[0].length,
    })),
  ).sort((one, other) => one.end - other.end || other.row - one.row);
  const last = found.at(-1);
  const before = found.findLast(({ end }) => end < (last?.end ?? 0));
  // `mkdir failed on directory /x`
  return last?.call === 'use-directory' && before?.call === 'make-directory' ? before.call : last?.call;
}
