namespace Fathom.Tokenizers.ChatTemplates.Jinja;

internal sealed partial class Parser
{
    private Statement ParseStatement(int start)
    {
        var token = _stream.Current;
        if (token.Kind != TokenKind.Name) throw Errors.Syntax("tag name expected", token.Line);
        _openTags.Push(token.Text);
        var statement = ParseTag(token) ?? throw FailUnknown(token);
        _openTags.Pop();
        statement.Line = token.Line;
        statement.Start = start;
        return statement;
    }

    private TemplateException FailUnknown(Token token)
    {
        _openTags.Pop();
        return UnknownTag(token.Text, token.Line);
    }

    private Statement? ParseTag(Token token)
    {
        switch (token.Text)
        {
            case "for": return ParseFor();
            case "if": return ParseIf();
            case "set": return ParseSet();
            case "macro": return ParseMacro();
            case "call": return ParseCallBlock();
            case "filter": return ParseFilterBlock();
            case "with": return ParseWith();
            case "block": return ParseBlock();
            case "print": return ParsePrint();
            case "autoescape": return ParseAutoescape();
            case "extends" or "include" or "import" or "from": return ParseLoaderTag(token.Text);
            case "generation":
                _stream.Advance();
                return new GenerationStatement(ParseBody(["endgeneration"], dropEnd: true));
            case "break":
                _stream.Advance();
                return new BreakStatement();
            case "continue":
                _stream.Advance();
                return new ContinueStatement();
            default: return null;
        }
    }

    private ForStatement ParseFor()
    {
        _stream.Advance();
        var target = ParseAssignTarget();
        _stream.ExpectName("in");
        var items = ParseTuple(withCondition: false);
        Expression? test = null;
        if (_stream.SkipName("if")) test = ParseExpression();
        var recursive = _stream.SkipName("recursive");
        _names.Begin();
        var body = ParseBody(["endfor", "else"]);
        var usesLoop = _names.End().Contains("loop");
        Statement[] otherwise = [];
        if (_stream.Advance().Text == "else") otherwise = ParseBody(["endfor"], dropEnd: true);
        return new ForStatement(target, items, test, recursive, usesLoop || recursive, body, otherwise);
    }

    private IfStatement ParseIf()
    {
        var branches = new List<IfBranch>();
        while (true)
        {
            // An elif's line is that of its condition, an if's that of the tag, as the reference counts them.
            var line = _stream.Current.Line;
            var start = TagStart;
            if (branches.Count == 0) _stream.Advance();
            var test = ParseTuple(withCondition: false);
            var body = ParseBody(["elif", "else", "endif"]);
            branches.Add(new IfBranch(test, body, line, start));
            var token = _stream.Advance();
            if (token.Text == "elif") continue;
            return new IfStatement([.. branches], token.Text == "else" ? ParseBody(["endif"], dropEnd: true) : []);
        }
    }

    private Statement ParseSet()
    {
        _stream.Advance();
        var target = ParseAssignTarget(withNamespace: true);
        if (_stream.SkipOperator("=")) return new SetStatement(target, ParseTuple(withCondition: true));
        var filter = ParseFilters(null);
        return new SetBlockStatement(target, filter, ParseBody(["endset"], dropEnd: true));
    }

    private (string[] Names, Expression?[] Defaults) ParseSignature()
    {
        var names = new List<string>();
        var defaults = new List<Expression?>();
        _stream.ExpectOperator("(");
        while (!_stream.Current.IsOperator(")"))
        {
            if (names.Count > 0) _stream.ExpectOperator(",");
            var name = ParseNameTarget();
            if (_stream.SkipOperator("=")) defaults.Add(ParseExpression());
            else if (defaults.Count > 0 && defaults[^1] is not null) throw Errors.Syntax("non-default argument follows default argument", _stream.Current.Line);
            else defaults.Add(null);
            names.Add(name.Name);
        }

        _stream.ExpectOperator(")");
        return ([.. names], [.. defaults]);
    }

    private MacroStatement ParseMacro()
    {
        _stream.Advance();
        var name = ParseNameTarget().Name;
        var (names, defaults) = ParseSignature();
        return new MacroStatement(ParseMacroBody(name, names, defaults, "endmacro"));
    }

    private MacroDefinition ParseMacroBody(string? name, string[] names, Expression?[] defaults, string end)
    {
        var line = _stream.Current.Line;
        _names.Begin();
        var body = ParseBody([end], dropEnd: true);
        var used = _names.End();
        var explicitCaller = Array.IndexOf(names, "caller");
        if (explicitCaller >= 0 && defaults[explicitCaller] is null)
        {
            throw Errors.Assertion("When defining macros or call blocks the special \"caller\" argument must be omitted or be given a default.", line);
        }

        return new MacroDefinition(name, names, defaults, body, used.Contains("caller") || explicitCaller >= 0, used.Contains("kwargs") && !names.Contains("kwargs", StringComparer.Ordinal), used.Contains("varargs") && !names.Contains("varargs", StringComparer.Ordinal));
    }

    private CallStatement ParseCallBlock()
    {
        var line = _stream.Advance().Line;
        var (names, defaults) = _stream.Current.IsOperator("(") ? ParseSignature() : ([], []);
        var call = ParseExpression() as CallExpression ?? throw Errors.Syntax("expected call", line);
        return new CallStatement(call, ParseMacroBody(null, names, defaults, "endcall"));
    }

    private FilterStatement ParseFilterBlock()
    {
        _stream.Advance();
        var filter = ParseFilters(null, startInline: true)!;
        return new FilterStatement(filter, ParseBody(["endfilter"], dropEnd: true));
    }

    private WithStatement ParseWith()
    {
        _stream.Advance();
        var targets = new List<Expression>();
        var values = new List<Expression>();
        while (_stream.Current.Kind != TokenKind.BlockEnd)
        {
            if (targets.Count > 0) _stream.ExpectOperator(",");
            targets.Add(ParseAssignTarget());
            _stream.ExpectOperator("=");
            values.Add(ParseExpression());
        }

        return new WithStatement([.. targets], [.. values], ParseBody(["endwith"], dropEnd: true));
    }

    private PrintStatement ParsePrint()
    {
        _stream.Advance();
        var items = new List<Expression>();
        while (_stream.Current.Kind != TokenKind.BlockEnd)
        {
            if (items.Count > 0) _stream.ExpectOperator(",");
            items.Add(ParseExpression());
        }

        return new PrintStatement([.. items]);
    }

    private AutoescapeStatement ParseAutoescape()
    {
        _stream.Advance();
        var value = ParseExpression();
        return new AutoescapeStatement(value, ParseBody(["endautoescape"], dropEnd: true));
    }

    private BlockStatement ParseBlock()
    {
        var line = _stream.Advance().Line;
        var name = _stream.Expect(TokenKind.Name).Text;
        _stream.SkipName("scoped");
        var required = _stream.SkipName("required");
        if (_stream.Current.IsOperator("-"))
        {
            throw Errors.Syntax("Block names in Jinja have to be valid Python identifiers and may not contain hyphens, use an underscore instead.", _stream.Current.Line);
        }

        var body = ParseBody(["endblock"], dropEnd: true);
        if (required && !Array.TrueForAll(body, static s => s is TextStatement text && PythonText.IsBlank(text.Text)))
        {
            throw Errors.Syntax("Required blocks can only contain comments or whitespace", line);
        }

        _stream.SkipName(name);
        var block = new BlockStatement(name, body, required);
        if (!_blocks.TryAdd(name, block)) throw Errors.Assertion($"block {PythonText.Repr(name)} defined twice", line);
        return block;
    }

    /// <summary>Tags that need other templates: there are none, and saying so is left to rendering as in the reference.</summary>
    private LoaderStatement ParseLoaderTag(string tag)
    {
        _stream.Advance();
        var name = ParseExpression();
        if (tag == "include" && _stream.Current.IsName("ignore") && _stream.Look().IsName("missing"))
        {
            _stream.Advance();
            _stream.Advance();
        }
        else if (tag == "import")
        {
            _stream.ExpectName("as");
            ParseNameTarget();
        }
        else if (tag == "from")
        {
            _stream.ExpectName("import");
            ParseImportedNames();
        }

        if (tag != "extends" && (_stream.Current.IsName("with") || _stream.Current.IsName("without")) && _stream.Look().IsName("context"))
        {
            _stream.Advance();
            _stream.Advance();
        }

        return new LoaderStatement(name);
    }

    private void ParseImportedNames()
    {
        var count = 0;
        while (_stream.Current.Kind == TokenKind.Name || _stream.Current.IsOperator(","))
        {
            if (count > 0) _stream.ExpectOperator(",");
            if (_stream.Current.Kind != TokenKind.Name || ((_stream.Current.IsName("with") || _stream.Current.IsName("without")) && _stream.Look().IsName("context"))) break;
            var target = ParseNameTarget();
            if (target.Name.StartsWith('_')) throw Errors.Assertion("names starting with an underline can not be imported", target.Line);
            count++;
            if (_stream.SkipName("as")) ParseNameTarget();
        }

        if (count == 0) _stream.Expect(TokenKind.Name);
    }
}
