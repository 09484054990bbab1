import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { busyboxImage } from './container-runtime.ts';
import {
  busyboxLayer,
  type Image,
  type ImageConfig,
  type Layer,
  layerOf,
  writeImageArchive,
} from './image.ts';
import type { MachineFacts } from './machine.ts';
import { insideOf, mustRun, type Output, run } from './run.ts';

/** What another process has to know to use a running node: plain JSON. */
export type NodeFacts = MachineFacts & { readonly ctr: string; readonly busybox: Layer };

export type Node = {
  readonly facts: NodeFacts;
  /** An image that is there from the start: busybox under all its names. Pods say `imagePullPolicy: Never`. */
  readonly busyboxImage: string;
  /** Runs a program on the node, in its namespaces, as root. */
  run(command: string, args: readonly string[]): Promise<Output>;
  /** Makes an image known to the node: a folder's content on top of busybox, or of nothing. */
  makeImage(made: {
    readonly name: string;
    readonly folder?: string;
    readonly config?: ImageConfig;
    readonly base?: 'busybox' | 'nothing';
  }): Promise<void>;
  /** The same from layers, which may be shared between images (`layerOf`). */
  importImage(image: Image): Promise<void>;
  /** The same from an archive that `docker save`, buildah or skopeo wrote (docker-archive). */
  importArchive(file: string): Promise<void>;
};

/** The calls that tests make against a node, whichever process started it. */
export function connectNode(facts: NodeFacts): Node {
  const folder = imagesIn(facts);
  const importArchive = async (file: string) => {
    await mustRun(...insideOf(facts.init, facts.ctr, ['--namespace', 'k8s.io', 'images', 'import', file]));
  };
  const importImage = async (image: Image) => {
    const file = join(folder, `${image.name.replaceAll(/[^a-z0-9.]/gi, '-')}.tar`);
    await writeImageArchive(image, file);
    await importArchive(file);
    await rm(file);
  };
  return {
    facts,
    busyboxImage,
    run: (command, args) => run(...insideOf(facts.init, command, args)),
    makeImage: async ({ name, folder: content, config = {}, base = 'busybox' }) => {
      const below = base === 'busybox' ? [facts.busybox] : [];
      const own = content === undefined ? [] : [await layerOf(content, folder)];
      await importImage({ name, layers: [...below, ...own], config });
    },
    importImage,
    importArchive,
  };
}

/** Makes the image that everything starts with, before there is a node to connect to. */
export async function firstImage(facts: MachineFacts, ctr: string): Promise<NodeFacts> {
  const folder = imagesIn(facts);
  mkdirSync(folder);
  const withBusybox = { ...facts, ctr, busybox: await busyboxLayer(folder) };
  // The sandbox of a pod runs what the image says: it has to stay.
  const config = { Entrypoint: ['/bin/sleep'], Cmd: ['2147483647'] };
  await connectNode(withBusybox).makeImage({ name: busyboxImage, config });
  return withBusybox;
}

function imagesIn({ folder }: MachineFacts): string {
  return join(folder, 'images');
}
