// Command yaml-reader reads YAML as kubectl does: each line of standard input is a text as a JSON string, each line of
// standard output says what became of it. With -print it turns the JSON on standard input into YAML, as kubectl prints
// it. tests/harness/e2e/record_yaml.py keeps the answers.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
	decoder "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// answer is what the first document is, and what `kubectl -f` makes of the whole stream.
type answer struct {
	JSON        string   `json:"json,omitempty"`
	Error       string   `json:"error,omitempty"`
	Stream      []string `json:"stream"`
	StreamError string   `json:"streamError,omitempty"`
}

func main() {
	toYAML := flag.Bool("print", false, "JSON in, YAML out")
	flag.Parse()
	if *toYAML {
		text, err := io.ReadAll(os.Stdin)
		fail(err)
		printed, err := yaml.JSONToYAML(text)
		fail(err)
		_, err = os.Stdout.Write(printed)
		fail(err)
		return
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<20)
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for lines.Scan() {
		var text string
		fail(json.Unmarshal(lines.Bytes(), &text))
		fail(out.Encode(read(text)))
	}
	fail(lines.Err())
}

func fail(err error) {
	if err != nil {
		panic(err)
	}
}

func read(text string) answer {
	result := answer{Stream: []string{}}
	first, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		result.Error = err.Error()
	} else {
		result.JSON = string(first)
	}
	if result.Stream, err = stream(text); err != nil {
		result.StreamError = err.Error()
	}
	return result
}

// stream does what the builder of kubectl's resources does (k8s.io/cli-runtime, pkg/resource, StreamVisitor).
func stream(text string) ([]string, error) {
	documents := []string{}
	documentDecoder := decoder.NewYAMLOrJSONDecoder(strings.NewReader(text), 4096)
	for {
		document := runtime.RawExtension{}
		if err := documentDecoder.Decode(&document); err != nil {
			if errors.Is(err, io.EOF) {
				return documents, nil
			}
			return documents, err
		}
		raw := bytes.TrimSpace(document.Raw)
		if len(raw) == 0 || bytes.Equal(raw, []byte("null")) {
			continue
		}
		documents = append(documents, string(raw))
	}
}
