namespace Fathom.Tokenizers.ChatTemplates.Jinja;

internal sealed partial class Parser
{
    private Expression ParsePostfix(Expression node)
    {
        while (_stream.Current.Kind == TokenKind.Operator)
        {
            if (_stream.Current.Text is "." or "[") node = ParseSubscript(node);
            else if (_stream.Current.Text == "(") node = ParseCall(node);
            else break;
        }

        return node;
    }

    private Expression ParseFilterExpression(Expression node)
    {
        while (true)
        {
            if (_stream.Current.IsOperator("|")) node = ParseFilters(node)!;
            else if (_stream.Current.IsName("is")) node = ParseTest(node);
            else if (_stream.Current.IsOperator("(")) node = ParseCall(node);
            else return node;
        }
    }

    private Expression ParseSubscript(Expression node)
    {
        var token = _stream.Advance();
        if (token.Text == ".")
        {
            var name = _stream.Current;
            _stream.Advance();
            if (name.Kind == TokenKind.Name) return new GetAttributeExpression(node, name.Text) { Line = token.Line };
            if (name.Kind != TokenKind.Integer) throw Errors.Syntax("expected name or number", name.Line);
            return new GetItemExpression(node, new ConstantExpression(IntValue.Of(name.Integer)) { Line = name.Line }) { Line = token.Line };
        }

        var arguments = new List<Expression>();
        while (!_stream.Current.IsOperator("]"))
        {
            if (arguments.Count > 0) _stream.ExpectOperator(",");
            arguments.Add(ParseSubscribed());
        }

        _stream.ExpectOperator("]");
        var argument = arguments.Count == 1 ? arguments[0] : new TupleExpression([.. arguments]) { Line = token.Line };
        return new GetItemExpression(node, argument) { Line = token.Line };
    }

    private Expression ParseSubscribed()
    {
        var line = _stream.Current.Line;
        Expression? start = null;
        if (!_stream.SkipOperator(":"))
        {
            start = ParseExpression();
            if (!_stream.SkipOperator(":")) return start;
        }

        bool AtEnd() => _stream.Current.IsOperator("]") || _stream.Current.IsOperator(",");
        var stop = _stream.Current.IsOperator(":") || AtEnd() ? null : ParseExpression();
        var step = _stream.SkipOperator(":") && !AtEnd() ? ParseExpression() : null;
        return new SliceExpression(start, stop, step) { Line = line };
    }

    private CallExpression ParseCall(Expression node)
    {
        var line = _stream.Current.Line;
        return new CallExpression(node, ParseArguments()) { Line = line };
    }

    private ArgumentList ParseArguments()
    {
        var line = _stream.ExpectOperator("(").Line;
        var positional = new List<Expression>();
        var named = new List<(string Name, Expression Value)>();
        Expression? rest = null;
        Expression? namedRest = null;
        void Ensure(bool allowed)
        {
            if (!allowed) throw Errors.Syntax("invalid syntax for function call expression", line);
        }

        var needsComma = false;
        while (!_stream.Current.IsOperator(")"))
        {
            if (needsComma)
            {
                _stream.ExpectOperator(",");
                if (_stream.Current.IsOperator(")")) break;
            }

            if (_stream.Current.IsOperator("*"))
            {
                Ensure(rest is null && namedRest is null);
                _stream.Advance();
                rest = ParseExpression();
            }
            else if (_stream.Current.IsOperator("**"))
            {
                Ensure(namedRest is null);
                _stream.Advance();
                namedRest = ParseExpression();
            }
            else if (_stream.Current.Kind == TokenKind.Name && _stream.Look().IsOperator("="))
            {
                Ensure(namedRest is null);
                var name = _stream.Advance().Text;
                _stream.Advance();
                named.Add((name, ParseExpression()));
            }
            else
            {
                Ensure(rest is null && namedRest is null && named.Count == 0);
                positional.Add(ParseExpression());
            }

            needsComma = true;
        }

        _stream.ExpectOperator(")");
        return new ArgumentList([.. positional], [.. named], rest, namedRest);
    }

    private string ParseDottedName()
    {
        var name = _stream.Expect(TokenKind.Name).Text;
        while (_stream.SkipOperator(".")) name += "." + _stream.Expect(TokenKind.Name).Text;
        return name;
    }

    private Expression? ParseFilters(Expression? node, bool startInline = false)
    {
        while (startInline || _stream.Current.IsOperator("|"))
        {
            if (!startInline) _stream.Advance();
            var line = _stream.Current.Line;
            var name = ParseDottedName();
            var arguments = _stream.Current.IsOperator("(") ? ParseArguments() : ArgumentList.Empty;
            node = new FilterExpression(node, name, arguments) { Line = line };
            startInline = false;
        }

        return node;
    }

    private Expression ParseTest(Expression node)
    {
        var line = _stream.Advance().Line;
        var negated = _stream.SkipName("not");
        var name = ParseDottedName();
        var arguments = ArgumentList.Empty;
        if (_stream.Current.IsOperator("("))
        {
            arguments = ParseArguments();
        }
        else if (StartsTestArgument())
        {
            if (_stream.Current.IsName("is")) throw Errors.Syntax("You cannot chain multiple tests with is", _stream.Current.Line);
            arguments = new ArgumentList([ParsePostfix(ParsePrimary(withNamespace: false))], [], null, null);
        }

        Expression test = new TestExpression(node, name, arguments) { Line = line };
        return negated ? new NotExpression(test) { Line = line } : test;
    }

    private bool StartsTestArgument()
    {
        var token = _stream.Current;
        return token.Kind switch
        {
            TokenKind.Name => !(token.Text is "else" or "or" or "and"),
            TokenKind.String or TokenKind.Integer or TokenKind.Float => true,
            TokenKind.Operator => token.Text is "[" or "{",
            _ => false,
        };
    }
}
