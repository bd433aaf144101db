//go:build peers

// Package oras names the program that the interop suite builds and compares with.
package oras

import _ "oras.land/oras/cmd/oras"
