import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readConfig } from '../../src/config/load.ts';

function read(text: string) {
  return readConfig(text, { file: '/etc/flow/config.yaml', env: {}, providers: new Map() }).config;
}

suite('config › paths', () => {
  test('bodies_dir is below data_dir, or where it says, relative to the file', () => {
    assert.equal(read('data_dir: ./d').bodies_dir, '/etc/flow/d/bodies');
    assert.equal(read('data_dir: ./d\nbodies_dir: ../b').bodies_dir, '/etc/b');
    assert.equal(read('bodies_dir: /srv/b').bodies_dir, '/srv/b');
  });

  test("the files of Temporal's tls are relative to the file, and server_name is none", () => {
    const { tls } = read('temporal: { tls: { ca_file: ca.pem, server_name: name } }').temporal;
    assert.deepEqual(tls, { ca_file: '/etc/flow/ca.pem', server_name: 'name' });
    assert.equal(read('temporal: { tls: true }').temporal.tls, true);
  });
});
