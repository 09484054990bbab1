/** An OpenAPI v3 schema as a CustomResourceDefinition has it: the few keywords that we use. */
export type Schema = {
  readonly type: 'object' | 'array' | 'string' | 'integer' | 'boolean';
  readonly description?: string;
  readonly nullable?: boolean;
  readonly default?: string | boolean;
  readonly enum?: readonly string[];
  readonly format?: 'date-time' | 'int32' | 'int64';
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maxItems?: number;
  readonly required?: readonly string[];
  readonly properties?: { readonly [name: string]: Schema };
  readonly items?: Schema;
  readonly 'x-kubernetes-list-type'?: 'map' | 'set' | 'atomic';
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-validations'?: readonly Rule[];
};

/** One CEL rule: `self` is the value that the schema is for. */
export type Rule = {
  readonly rule: string;
  readonly message: string;
  /** The field to name in the error, below the value that the rule is for. */
  readonly fieldPath?: string;
  readonly reason?:
    | 'FieldValueInvalid'
    | 'FieldValueRequired'
    | 'FieldValueForbidden'
    | 'FieldValueDuplicate';
};
