package main

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// The operators.
const (
	negated  = "condition negated"
	dropped  = "condition dropped"
	changed  = "constant changed"
	removed  = "statement removed"
	swapped  = "arguments swapped"
	ignored  = "error ignored"
	switchOn = "mutantOn(%d)"
)

// mutator finds the mutants of a file and writes all of them into its text.
type mutator struct {
	text    string // the file's
	file    *ast.File
	fset    *token.FileSet
	info    *types.Info
	pkg     *types.Package
	words   bool              // in a String method, whose strings are words
	skip    map[ast.Node]bool // what has to stay constant, or makes no difference
	bools   map[ast.Node]bool // conditions, and parts of one, that have their mutants
	add     func(mutant) int  // numbers a mutant
	inserts []insert
}

// insert is a text before (or after) what stands at an offset.
type insert struct {
	at    int
	after bool
	text  string
}

func (m *mutator) visit(n ast.Node) bool {
	if e, ok := n.(ast.Expr); ok && m.expression(e) {
		return false
	}
	switch n := n.(type) {
	case *ast.FuncDecl:
		m.words = n.Name.Name == "String"
	case *ast.GenDecl:
		return n.Tok != token.CONST && n.Tok != token.IMPORT
	case *ast.ArrayType:
		return false
	case *ast.CompositeLit:
		m.keepIndexes(n)
	case *ast.IfStmt:
		operator := removed
		if m.isFailure(n.Cond) {
			operator = ignored
		}
		m.condition(n.Cond, operator)
	case *ast.SwitchStmt:
		for _, c := range n.Body.List {
			for _, e := range c.(*ast.CaseClause).List {
				if n.Tag == nil {
					m.condition(e, removed)
				}
			}
		}
	case *ast.BlockStmt:
		m.statements(n.List)
	case *ast.CaseClause:
		m.statements(n.Body)
	case *ast.CommClause:
		m.statements(n.Body)
	case *ast.ReturnStmt:
		m.results(n)
	case *ast.CallExpr:
		m.arguments(n)
	}
	return true
}

// expression mutates a constant or a bool, and reports whether there's nothing more in it.
func (m *mutator) expression(e ast.Expr) (done bool) {
	tv := m.info.Types[e]
	switch {
	case m.skip[e] || tv.IsType():
		return true
	case tv.Value != nil:
		m.constant(e, tv)
		return true
	}
	switch e := e.(type) {
	case *ast.ParenExpr:
		m.bools[e.X] = m.bools[e]
	case *ast.UnaryExpr:
		if e.Op == token.NOT {
			m.negate(e)
			m.bools[e.X] = true
		}
	case *ast.BinaryExpr:
		if types.IsInterface(tv.Type) || !types.Identical(tv.Type.Underlying(), types.Typ[types.Bool]) && tv.Type != types.Typ[types.UntypedBool] {
			return false
		}
		m.negate(e)
		switch e.Op {
		case token.LAND:
			m.drop(e, e.X, "(%s || ")
			m.drop(e, e.Y, "(%s || ")
		case token.LOR:
			m.drop(e, e.X, "(!%s && ")
			m.drop(e, e.Y, "(!%s && ")
		}
	}
	return false
}

// negate negates a bool that is neither a condition nor a part of one.
func (m *mutator) negate(e ast.Expr) {
	if !m.bools[e] {
		m.wrap(e, m.new(e, negated, m.source(e), "!("+m.source(e)+")"), "(("+switchOn+") != (", "))")
	}
}

// drop leaves an operand out.
func (m *mutator) drop(whole *ast.BinaryExpr, part ast.Expr, open string) {
	m.bools[part] = true
	rest := whole.X
	if part == rest {
		rest = whole.Y
	}
	m.wrap(part, m.new(part, dropped, m.source(whole), m.source(rest)), strings.Replace(open, "%s", switchOn, 1), ")")
}

// condition has a branch be taken always, and never. So it isn't negated as well,
// which is noticed wherever one of these is.
func (m *mutator) condition(e ast.Expr, never string) {
	m.bools[e] = true
	always, off := m.new(e, dropped, m.source(e), "true"), m.new(e, never, m.source(e), "false")
	m.put(e.Pos(), false, fmt.Sprintf(switchOn+" || !"+switchOn+" && (", always, off))
	m.put(e.End(), true, ")")
}

// isFailure reports whether a condition is that an error isn't nil.
func (m *mutator) isFailure(e ast.Expr) bool {
	b, ok := e.(*ast.BinaryExpr)
	return ok && b.Op == token.NEQ && m.isError(m.info.TypeOf(b.X)) && m.info.Types[b.Y].IsNil()
}

func (m *mutator) isError(t types.Type) bool {
	return t != nil && types.Identical(t, types.Universe.Lookup("error").Type())
}

// constant changes a number, a duration, a bool, or a string that isn't a text to read.
func (m *mutator) constant(e ast.Expr, tv types.TypeAndValue) {
	name, ok := m.typeName(e, tv.Type)
	old := m.source(e)
	var new string
	switch tv.Value.Kind() {
	case constant.Bool:
		new = "!(" + old + ")"
	case constant.String:
		if text := constant.StringVal(tv.Value); m.words || strings.ContainsAny(text, " %") {
			return
		}
		new = old + ` + "~"`
	default:
		new = "(" + old + ") + 1"
		if name == "time.Duration" {
			new = "2*(" + old + ") + 1"
		}
	}
	if ok {
		m.wrap(e, m.new(e, changed, old, new), "mutantPick["+name+"](%d, ", ", "+new+")")
	}
}

// keepIndexes leaves alone the indexes of a list's elements.
func (m *mutator) keepIndexes(n *ast.CompositeLit) {
	switch m.info.TypeOf(n).Underlying().(type) {
	case *types.Array, *types.Slice:
		for _, e := range n.Elts {
			if pair, ok := e.(*ast.KeyValueExpr); ok {
				m.skip[pair.Key] = true
			}
		}
	}
}

// statements removes statements of a list, and ignores the errors that they assign.
func (m *mutator) statements(list []ast.Stmt) {
	for i, s := range list {
		if m.removable(s) {
			m.wrap(s, m.new(s, removed, m.source(s), ""), "if !"+switchOn+" { ", " }")
		}
		if a, ok := s.(*ast.AssignStmt); ok {
			if i+1 < len(list) {
				if next, ok := list[i+1].(*ast.IfStmt); ok && next.Init == nil && m.isFailure(next.Cond) {
					continue
				}
			}
			m.assigned(a)
		}
	}
}

func (m *mutator) removable(s ast.Stmt) bool {
	switch s := s.(type) {
	case *ast.ExprStmt:
		return !strings.HasPrefix(m.source(s), "panic(")
	case *ast.AssignStmt:
		return s.Tok != token.DEFINE && m.source(s.Lhs[0]) != "_"
	case *ast.ForStmt:
		return s.Cond != nil
	case *ast.IncDecStmt, *ast.SendStmt, *ast.GoStmt, *ast.DeferStmt, *ast.RangeStmt:
		return true
	}
	return false
}

// assigned ignores an error that a call returns.
func (m *mutator) assigned(a *ast.AssignStmt) {
	if _, ok := a.Rhs[len(a.Rhs)-1].(*ast.CallExpr); !ok {
		return
	}
	for _, to := range a.Lhs {
		if name := m.source(to); name != "_" && m.isError(m.info.TypeOf(to)) {
			id := m.new(a, ignored, m.source(a), name+" = nil")
			m.put(a.End(), true, fmt.Sprintf("; if "+switchOn+" { %s = nil }", id, name))
		}
	}
}

// results ignores the errors that calls return.
func (m *mutator) results(n *ast.ReturnStmt) {
	for _, e := range n.Results {
		if _, ok := e.(*ast.CallExpr); ok && m.isError(m.info.TypeOf(e)) {
			m.wrap(e, m.new(e, ignored, m.source(e), "nil"), "mutantPick[error](%d, ", ", nil)")
		}
	}
}

// symmetric are functions whose arguments can change places, at least as they are used here.
var symmetric = []string{"bytes.Equal", "slices.Equal", "slices.EqualFunc", "slices.Concat", "errors.Is", "errors.Join", "strings.EqualFold", "strings.ContainsAny", "equalSets"}

// arguments swaps each two of the same type.
func (m *mutator) arguments(c *ast.CallExpr) {
	if m.source(c.Fun) == "make" { // capacities make no difference
		for _, e := range c.Args[min(2, len(c.Args)):] {
			m.skip[e] = true
		}
	}
	signature, ok := m.info.TypeOf(c.Fun).(*types.Signature)
	if !ok || m.info.Types[c.Fun].IsBuiltin() || slices.Contains(symmetric, m.source(c.Fun)) {
		return
	}
	params := signature.Params().Len()
	if signature.Variadic() {
		params--
	}
	for j := range min(params, len(c.Args)) {
		for i := range j {
			m.swap(c, i, j, signature.Params().At(i).Type(), signature.Params().At(j).Type())
		}
	}
}

func (m *mutator) swap(c *ast.CallExpr, i, j int, t, other types.Type) {
	a, b := m.source(c.Args[i]), m.source(c.Args[j])
	name, ok := m.typeName(c, t)
	if !ok || a == b || !types.Identical(t, other) {
		return
	}
	id := m.new(c, swapped, a+", "+b, b+", "+a)
	for _, w := range []struct {
		arg   ast.Expr
		other string
	}{{c.Args[i], b}, {c.Args[j], a}} {
		m.wrap(w.arg, id, "mutantLazy(%d, func() "+name+" { return ", " }, func() "+name+" { return "+w.other+" })")
	}
}

// typeName returns a type as it is written at n, if it can be.
func (m *mutator) typeName(n ast.Node, t types.Type) (name string, ok bool) {
	ok = true
	name = types.TypeString(t, func(p *types.Package) string {
		if p == m.pkg {
			return ""
		}
		_, found := m.pkg.Scope().Innermost(n.Pos()).LookupParent(p.Name(), n.Pos())
		imported, isPackage := found.(*types.PkgName)
		ok = ok && isPackage && imported.Imported() == p
		return p.Name()
	})
	return name, ok && !strings.HasPrefix(name, "untyped")
}

// new numbers a mutant.
func (m *mutator) new(n ast.Node, operator, old, new string) int {
	return m.add(mutant{at: m.fset.Position(n.Pos()), operator: operator, old: old, new: new})
}

// wrap puts texts around a node; open has a verb for the mutant's number.
func (m *mutator) wrap(n ast.Node, id int, open, end string) {
	m.put(n.Pos(), false, fmt.Sprintf(open, id))
	m.put(n.End(), true, end)
}

func (m *mutator) put(at token.Pos, after bool, text string) {
	m.inserts = append(m.inserts, insert{m.fset.Position(at).Offset, after, text})
}

func (m *mutator) source(n ast.Node) string {
	return m.text[m.fset.Position(n.Pos()).Offset:m.fset.Position(n.End()).Offset]
}

// mutated returns the text with all mutants. Outer nodes were visited before inner ones, so of the
// texts at one offset what ends a node comes first, the innermost before the outer.
func (m *mutator) mutated() string {
	ends := slices.DeleteFunc(slices.Clone(m.inserts), func(i insert) bool { return !i.after })
	slices.Reverse(ends)
	all := append(ends, slices.DeleteFunc(m.inserts, func(i insert) bool { return i.after })...)
	slices.SortStableFunc(all, func(a, b insert) int { return a.at - b.at })
	var b strings.Builder
	done := 0
	for _, i := range all {
		b.WriteString(m.text[done:i.at] + i.text)
		done = i.at
	}
	return b.String() + m.text[done:]
}
