import { addCommand } from '../add-command.ts';
import type { CliCommand } from '../command.ts';
import { catalogExport } from './catalog/export.ts';
import { catalogLint } from './catalog/lint.ts';
import { catalogList } from './catalog/list.ts';
import { catalogShow } from './catalog/show.ts';
import { catalogTest } from './catalog/test.ts';

const VERBS: readonly CliCommand[] = [catalogList, catalogShow, catalogLint, catalogTest, catalogExport];

export const catalog: CliCommand = {
  name: 'catalog',
  summary: 'look at the catalog of images and the paths they write, or check profiles of your own',
  examples: VERBS.flatMap(({ examples }) => examples.slice(0, 1)),
  define(command, context) {
    for (const verb of VERBS) addCommand(command, verb, context);
  },
};
