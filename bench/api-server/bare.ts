import { readFileSync } from 'node:fs';
import { bareServer } from '../servers/bare.ts';

/** The bare webhook in a process of its own: `node bare.ts PORT CERTIFICATE KEY`. */
const [port, certificateFile = '', keyFile = ''] = process.argv.slice(2);
const tls = { certificate: readFileSync(certificateFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
bareServer(tls).listen(Number(port), '127.0.0.1');
