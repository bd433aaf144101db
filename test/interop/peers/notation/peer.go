//go:build peers

// Package notation names the program that the interop suite builds and compares with.
package notation

import _ "github.com/notaryproject/notation/cmd/notation"
