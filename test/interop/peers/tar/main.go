// Prints what Go's archive/tar finds in each tar that is named on a line of stdin, as kit reads it: one line of JSON
// for each, an error or entries of name, type, size and SHA-256.
package main

import (
	"archive/tar"
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		entries, err := read(lines.Text())
		if err != nil {
			out.Encode(err.Error())
		} else {
			out.Encode(entries)
		}
	}
}

func read(path string) ([][]any, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	entries := [][]any{}
	for reader := tar.NewReader(file); ; {
		header, err := reader.Next()
		if err == io.EOF {
			return entries, nil
		}
		if err != nil {
			return nil, err
		}
		kind := map[byte]string{tar.TypeDir: "directory", tar.TypeReg: "file"}[header.Typeflag]
		if kind == "" {
			return nil, fmt.Errorf("unrecognized type in archive: %s", header.Name)
		}
		hash := sha256.New()
		if _, err := io.Copy(hash, reader); err != nil {
			return nil, err
		}
		name := hex.EncodeToString([]byte(strings.TrimRight(header.Name, "/")))
		entries = append(entries, []any{name, kind, header.Size, header.Mode & 0o7777, hex.EncodeToString(hash.Sum(nil))})
	}
}
