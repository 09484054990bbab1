import { BLOCKED_PATHS } from '../src/core/catalog/blocked-paths.ts';
import { LIMITS, PROFILE_MESSAGES, type ProfileMessage } from '../src/core/catalog/profile-messages.ts';
import type { Rule } from './schema.ts';

/**
 * The rules of a profile as CEL, each with the sentence of the rule that it repeats. Left to the reader of profiles
 * is what CEL cannot say: how long the parts of a repository are, and numbers too large for a version.
 */
export function rule(
  message: ProfileMessage,
  cel: string,
  more: Pick<Rule, 'fieldPath' | 'reason'> = {},
): Rule {
  return { rule: cel, message: PROFILE_MESSAGES[message], ...more };
}

const COMPONENT = '[a-z0-9*]+((\\.|_|__|-+)[a-z0-9*]+)*';
const HOST_COMPONENT = '[a-zA-Z0-9*]+((\\.|_|__|-+)[a-zA-Z0-9*]+)*';
const HOST_LABEL = '[a-zA-Z0-9*]([a-zA-Z0-9*-]*[a-zA-Z0-9*])?';
const REGISTRY = `(${HOST_LABEL}(\\.${HOST_LABEL})*|\\[[a-fA-F0-9:]+\\])(:[0-9]+)?`;

/** A repository in which a wildcard may stand for any letter or digit; `**` is held to whole parts by `LONE_STARS`. */
export const REPOSITORY = `^((${REGISTRY}|${HOST_COMPONENT})/)?${COMPONENT}(/${COMPONENT})*$`;
export const LONE_STARS = '[^/]\\*\\*|\\*\\*[^/]';

const IDENTIFIERS = '[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*';
const PARTIAL = `[v=\\s]*([0-9]+|[xX*])(\\.([0-9]+|[xX*])(\\.([0-9]+|[xX*])(-?${IDENTIFIERS})?(\\+${IDENTIFIERS})?)?)?`;
const COMPARATOR = `([<>]?=?|~>?|\\^)\\s*${PARTIAL}`;
const COMPARATORS = `${COMPARATOR}(\\s+${COMPARATOR})*`;
const RANGE = `\\s*(${COMPARATORS}|${PARTIAL}\\s+-\\s+${PARTIAL})?\\s*`;

/**
 * A glob, or what has the form of a semver range (node-semver, README, "Range Grammar"). node-semver reads a little
 * more, by chance rather than on purpose: `~ >1`, `0.>*1`.
 */
export const TAGS = `^([\\w.*?-]+|${RANGE}(\\|\\|${RANGE})*)$`;

export const DIGEST = '^sha256:[a-f0-9]{64}$';
export const ENV_NAME = '^[A-Za-z_][A-Za-z0-9_]*$';
export const TIMESTAMP =
  '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})$';
const QUANTITY =
  '^([0-9]{1,20}(\\.[0-9]{0,20})?|\\.[0-9]{1,20})([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]{1,3})?$';

export const repositoryRules: readonly Rule[] = [
  rule('repository-tag', `!self.contains('@') && !${matches(':[^/]*$')}`),
  rule(
    'repository',
    `self.contains('@') || ${matches(':[^/]*$')} || (self != '*' && !${matches(LONE_STARS)} && ${matches(REPOSITORY)})`,
  ),
];

export const tagsRules: readonly Rule[] = [rule('tags', `self.trim() != '' && ${matches(TAGS)}`)];

export const digestRules: readonly Rule[] = [rule('digest', matches(DIGEST))];

export const envNameRules: readonly Rule[] = [rule('env-name', matches(ENV_NAME))];

export const sizeLimitRules: readonly Rule[] = [
  rule(
    'size-limit',
    `${matches(QUANTITY)} && isQuantity(self) && quantity(self).isGreaterThan(quantity('0'))`,
  ),
];

/** Of any path in a container. */
export const pathRules: readonly Rule[] = [
  rule('path-relative', "self.startsWith('/')"),
  rule('path-characters', `!${matches('[:\\p{Cc}]')}`),
  rule('path-too-long', `!${matches(`[^/]{${LIMITS.segment + 1}}`)}`),
  rule('path-unclean', `!self.startsWith('/') || self == '/' || !${matches('//|/$|/\\.\\.?(/|$)')}`),
];

/** Of a path that a volume is mounted at. */
export const mountPathRules: readonly Rule[] = [...pathRules, ...blockedRules()];

function blockedRules(): Rule[] {
  return BLOCKED_PATHS.map(({ why, itself = [], below = [] }, index) => {
    const earlier = BLOCKED_PATHS.slice(0, index).flatMap((blocked) => blocked.below ?? []);
    const told = earlier.filter((path) => below.some((top) => path.startsWith(`${top}/`)));
    const hit = [
      ...(itself.length > 0 ? [`self in [${spellings(itself).map(quoted).join(', ')}]`] : []),
      ...(below.length > 0 ? [within(below)] : []),
    ].join(' || ');
    const exception = told.length > 0 ? `${within(told)} || ` : '';
    return rule(why, `${exception}!(${hit})`, { reason: 'FieldValueForbidden' });
  });
}

function within(tops: readonly string[]): string {
  return matches(`^(${spellings(tops).join('|').replaceAll('.', '\\.')})(/|$)`);
}

/** Each path with the other names that /var/run and /var/lock give it. */
function spellings(paths: readonly string[]): string[] {
  return paths.flatMap((path) => [
    path,
    ...(path === '/run' || path.startsWith('/run/') ? [`/var${path}`] : []),
    ...(path === '/run/lock' || path.startsWith('/run/lock/') ? [`/var${path.slice('/run'.length)}`] : []),
  ]);
}

const EXEMPT = "has(self.action) && self.action == 'Exempt'";

/** The directory that `p.path` names where /var/run and /var/lock are links. */
const REAL_PATH =
  "(p.path + '/').startsWith('/var/run/') ? '/run' + p.path.substring(8) : " +
  "(p.path + '/').startsWith('/var/lock/') ? '/run/lock' + p.path.substring(9) : p.path";

/** Where fields depend on each other. The one-element list gives the real paths a name. */
export const specRules: readonly Rule[] = [
  rule('reason-required', `!(${EXEMPT}) || (has(self.reason) && self.reason.trim() != '')`, {
    fieldPath: '.reason',
    reason: 'FieldValueRequired',
  }),
  rule('paths-of-exempt', `!(${EXEMPT}) || !has(self.paths) || self.paths.size() == 0`, {
    fieldPath: '.paths',
    reason: 'FieldValueForbidden',
  }),
  rule(
    'path-twice',
    '!has(self.paths) || (has(self.facts) && has(self.facts.separateVarRun) && self.facts.separateVarRun) || ' +
      `[self.paths.map(p, ${REAL_PATH})].all(reals, reals.all(a, reals.exists_one(b, a == b)))`,
    // With the reason FieldValueDuplicate the API server would leave out the message.
    { fieldPath: '.paths' },
  ),
];

/** A raw string of CEL has no escapes, and none of our patterns has a quote. */
function matches(pattern: string): string {
  return `self.matches(r'${pattern}')`;
}

function quoted(text: string): string {
  return `'${text}'`;
}
