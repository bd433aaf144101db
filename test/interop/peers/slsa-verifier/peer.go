//go:build peers

// Package slsaverifier names the program that the interop suite builds and asks.
package slsaverifier

import _ "github.com/slsa-framework/slsa-verifier/v2/cli/slsa-verifier"
