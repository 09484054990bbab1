import { readFileSync } from 'node:fs';
import { bareServer } from '../servers/bare.ts';

/** The bare webhook in a process of its own: `node bare.ts PORT CERTIFICATE KEY [PATCH]`, the patch being a file of base64. */
const [port, certificateFile = '', keyFile = '', patchFile] = process.argv.slice(2);
const tls = { certificate: readFileSync(certificateFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
const patch = patchFile === undefined ? undefined : readFileSync(patchFile, 'utf8');
bareServer(tls, patch).listen(Number(port), '127.0.0.1');
