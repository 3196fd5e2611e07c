#!/usr/bin/env bash
# github.com/go-jose/go-jose/v4 v4.1.9 and npm's node-jose 2.2.0: one key of an unknown type is an error for the whole set. RFC 7517 says in section 5
# that one should ignore such keys, so that a server may add new ones; Python's PyJWT 2.15.1 and jwcrypto 1.6.1 do.
. "$(dirname "$0")/lib.bash"
go_program github.com/go-jose/go-jose/v4@v4.1.9 <<'GO'
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/go-jose/go-jose/v4"
)

func main() {
	var set jose.JSONWebKeySet
	fmt.Println(json.Unmarshal([]byte(os.Args[1]), &set))
}
GO
python_with PyJWT==2.15.1 jwcrypto==1.6.1 cryptography==50.0.2
npm_with node-jose@2.2.0
cat >ask.mjs <<'JS'
import jose from 'node-jose';

jose.JWK.asKeyStore(process.argv[2]).then((store) => console.log(store.all().length), (error) => console.log(error.message));
JS
set='{"keys":[{"kty":"NEW","kid":"next"},{"kty":"oct","kid":"now","k":"AAAA"}]}'
expect "Go" 'go-jose/go-jose: unsupported key type, format, curve, or RSA modulus size' "$(./program "$set")"
expect "JavaScript" 'unsupported key type' "$(node ask.mjs "$set")"
expect "Python, twice" "['now'] ['now']" "$(venv/bin/python -c 'import jwt, jwcrypto.jwk, sys
print([key.key_id for key in jwt.PyJWKSet.from_json(sys.argv[1]).keys], [key["kid"] for key in jwcrypto.jwk.JWKSet.from_json(sys.argv[1])])' "$set")"
