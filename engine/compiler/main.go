// Command compiler is the official Open Policy Agent as a library, spoken to in JSON lines: one request a
// line on stdin, one answer a line on stdout, in the order of the requests. It lives as long as its stdin.
//
// A request is {"id": n, "op": "...", ...}; an answer {"id": n, "ok": true, "result": ...} or
// {"id": n, "ok": false, "errors": [...]}. No request ends the program: what panics is answered as an error.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
)

type operation func(body []byte) (any, error)

var operations = map[string]operation{
	"version":      version,
	"capabilities": describeCapabilities,
	"inspect":      inspect,
	"check":        check,
	"compile":      compileWasm,
	"instrument":   instrumentWasm,
	"format":       formatModule,
	"test":         runTests,
	"deps":         deps,
	"eval":         eval,
	"explain":      explain,
	"cases":        compileCases,
	"mutants":      mutants,
	"mutate":       mutate,
}

// What an answer is made of is garbage when it is given, and what stays is small: collecting it as often as Go does by
// itself takes a third of the time.
const (
	garbagePercent = 400
	// Above this it is collected as often as need be.
	softLimit = 1 << 30
)

func main() {
	debug.SetGCPercent(garbagePercent)
	debug.SetMemoryLimit(softLimit)
	if err := serve(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(in io.Reader, out io.Writer) error {
	lines := bufio.NewReaderSize(in, 1<<16)
	for {
		line, err := lines.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			if err := write(out, handle(line)); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func write(out io.Writer, a answer) error {
	line, err := json.Marshal(a)
	if err != nil {
		line, err = json.Marshal(answer{ID: a.ID, Errors: []problem{{Code: "internal", Message: err.Error()}}})
		if err != nil {
			return err
		}
	}
	_, err = out.Write(append(line, '\n'))
	return err
}

func handle(line []byte) (a answer) {
	var head struct {
		ID int64  `json:"id"`
		Op string `json:"op"`
	}
	if err := json.Unmarshal(line, &head); err != nil {
		return answer{Errors: []problem{{Code: "bad_request", Message: "the request is not JSON: " + err.Error()}}}
	}
	a.ID = head.ID
	defer func() {
		if r := recover(); r != nil {
			a = answer{ID: head.ID, Errors: []problem{{Code: "internal", Message: fmt.Sprint(r)}}}
		}
	}()
	run, known := operations[head.Op]
	if !known {
		a.Errors = []problem{{Code: "bad_request", Message: fmt.Sprintf("unknown operation %q", head.Op)}}
		return a
	}
	result, err := run(line)
	if err != nil {
		a.Errors = problems(err)
		return a
	}
	a.OK, a.Result = true, result
	return a
}
