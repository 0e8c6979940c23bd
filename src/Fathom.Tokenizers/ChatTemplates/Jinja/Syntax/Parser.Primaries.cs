using System.Text;

namespace Fathom.Tokenizers.ChatTemplates.Jinja;

internal sealed partial class Parser
{
    private Expression ParsePrimary(bool withNamespace)
    {
        var token = _stream.Current;
        switch (token.Kind)
        {
            case TokenKind.Name: return ParseName(withNamespace);
            case TokenKind.String: return ParseString();
            case TokenKind.Integer:
                _stream.Advance();
                return new ConstantExpression(IntValue.Of(token.Integer)) { Line = token.Line };
            case TokenKind.Float:
                _stream.Advance();
                return new ConstantExpression(new FloatValue(token.Float)) { Line = token.Line };
            case TokenKind.Operator when token.Text == "(":
                _stream.Advance();
                var tuple = ParseTuple(withCondition: true, explicitParentheses: true);
                _stream.ExpectOperator(")");
                return tuple;
            case TokenKind.Operator when token.Text == "[": return ParseList();
            case TokenKind.Operator when token.Text == "{": return ParseDict();
            default: throw Errors.Syntax($"unexpected {PythonText.Repr(token.Describe())}", token.Line);
        }
    }

    private Expression ParseName(bool withNamespace)
    {
        var token = _stream.Advance();
        switch (token.Text)
        {
            case "true" or "True": return new ConstantExpression(BoolValue.True) { Line = token.Line };
            case "false" or "False": return new ConstantExpression(BoolValue.False) { Line = token.Line };
            case "none" or "None": return new ConstantExpression(NoneValue.Instance) { Line = token.Line };
            default: break;
        }

        if (withNamespace && _stream.Current.IsOperator("."))
        {
            _stream.Advance();
            return new NamespaceReference(token.Text, _stream.Expect(TokenKind.Name).Text) { Line = token.Line };
        }

        _names.Read(token.Text);
        return new NameExpression(token.Text) { Line = token.Line };
    }

    private ConstantExpression ParseString()
    {
        var first = _stream.Advance();
        if (_stream.Current.Kind != TokenKind.String) return new ConstantExpression(new StringValue(first.Text)) { Line = first.Line };
        var text = new StringBuilder(first.Text);
        while (_stream.Current.Kind == TokenKind.String) text.Append(_stream.Advance().Text);
        return new ConstantExpression(new StringValue(text.ToString())) { Line = first.Line };
    }

    // The reference means to end a tuple before "in" and "recursive" too, but its check never holds; "for x, in y" is an error there.
    private bool AtTupleEnd() => _stream.Current.Kind is TokenKind.VariableEnd or TokenKind.BlockEnd || _stream.Current.IsOperator(")");

    private Expression ParseTuple(bool withCondition, bool simplified = false, bool explicitParentheses = false, bool withNamespace = false)
    {
        var line = _stream.Current.Line;
        var items = new List<Expression>();
        var isTuple = false;
        while (true)
        {
            if (items.Count > 0) _stream.ExpectOperator(",");
            if (AtTupleEnd()) break;
            items.Add(simplified ? ParsePrimary(withNamespace) : ParseExpression(withCondition));
            if (!_stream.Current.IsOperator(",")) break;
            isTuple = true;
            line = _stream.Current.Line;
        }

        if (!isTuple)
        {
            if (items.Count > 0) return items[0];
            if (!explicitParentheses) throw Errors.Syntax($"Expected an expression, got {PythonText.Repr(_stream.Current.Describe())}", _stream.Current.Line);
        }

        return new TupleExpression([.. items]) { Line = line };
    }

    private ListExpression ParseList()
    {
        var line = _stream.Advance().Line;
        var items = new List<Expression>();
        while (!_stream.Current.IsOperator("]"))
        {
            if (items.Count > 0) _stream.ExpectOperator(",");
            if (_stream.Current.IsOperator("]")) break;
            items.Add(ParseExpression());
        }

        _stream.ExpectOperator("]");
        return new ListExpression([.. items]) { Line = line };
    }

    private DictExpression ParseDict()
    {
        var line = _stream.Advance().Line;
        var items = new List<(Expression Key, Expression Value)>();
        while (!_stream.Current.IsOperator("}"))
        {
            if (items.Count > 0) _stream.ExpectOperator(",");
            if (_stream.Current.IsOperator("}")) break;
            var key = ParseExpression();
            _stream.ExpectOperator(":");
            items.Add((key, ParseExpression()));
        }

        _stream.ExpectOperator("}");
        return new DictExpression([.. items]) { Line = line };
    }
}
