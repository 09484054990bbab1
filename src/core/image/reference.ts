/**
 * An image reference, normalised as the kubelet does (distribution/reference): `nginx` names
 * docker.io/library/nginx, and a reference without a registry belongs to docker.io.
 */
export type ImageReference = {
  /** `docker.io`, `registry.example.com:5000`: lower case, with its port. */
  readonly registry: string;
  /** With the registry: `docker.io/library/nginx`. */
  readonly repository: string;
  /** Absent where the reference has none; never filled in with `latest`. */
  readonly tag?: string;
  /** `sha256:…` */
  readonly digest?: string;
};

export type ParsedImage =
  | { readonly kind: 'image'; readonly image: ImageReference }
  | { readonly kind: 'malformed'; readonly problem: string };

export function parseImage(_text: string): ParsedImage {
  throw new Error('not built yet');
}
