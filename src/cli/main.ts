#!/usr/bin/env node
import { dispatch } from './dispatch.js';
import { buildProgram } from './program.js';

await dispatch(buildProgram(), process.argv);
