namespace Fathom.Tokenizers.ChatTemplates.Jinja;

internal sealed partial class Parser
{
    private Expression ParseExpression(bool withCondition = true)
    {
        Deepen();
        var result = withCondition ? ParseConditional() : ParseOr();
        _depth--;
        return result;
    }

    private Expression ParseConditional()
    {
        var line = _stream.Current.Line;
        var result = ParseOr();
        while (_stream.SkipName("if"))
        {
            var test = ParseOr();
            Expression? otherwise = null;
            if (_stream.SkipName("else"))
            {
                Deepen();
                otherwise = ParseConditional();
                _depth--;
            }

            result = new ConditionalExpression(test, result, otherwise) { Line = line };
            line = _stream.Current.Line;
        }

        return result;
    }

    private Expression ParseOr()
    {
        var line = _stream.Current.Line;
        var left = ParseAnd();
        while (_stream.SkipName("or"))
        {
            left = new LogicalExpression(isAnd: false, left, ParseAnd()) { Line = line };
            line = _stream.Current.Line;
        }

        return left;
    }

    private Expression ParseAnd()
    {
        var line = _stream.Current.Line;
        var left = ParseNot();
        while (_stream.SkipName("and"))
        {
            left = new LogicalExpression(isAnd: true, left, ParseNot()) { Line = line };
            line = _stream.Current.Line;
        }

        return left;
    }

    private Expression ParseNot()
    {
        if (!_stream.Current.IsName("not")) return ParseCompare();
        Deepen();
        var line = _stream.Advance().Line;
        var result = new NotExpression(ParseNot()) { Line = line };
        _depth--;
        return result;
    }

    private Expression ParseCompare()
    {
        var first = ParseSum();
        var operands = new List<(Comparison Operator, Expression Right)>();
        while (true)
        {
            Comparison? comparison = null;
            if (_stream.Current.Kind == TokenKind.Operator)
            {
                comparison = _stream.Current.Text switch
                {
                    "==" => Comparison.Equal,
                    "!=" => Comparison.NotEqual,
                    "<" => Comparison.Less,
                    "<=" => Comparison.LessOrEqual,
                    ">" => Comparison.Greater,
                    ">=" => Comparison.GreaterOrEqual,
                    _ => null,
                };
            }
            else if (_stream.Current.IsName("in"))
            {
                comparison = Comparison.In;
            }
            else if (_stream.Current.IsName("not") && _stream.Look().IsName("in"))
            {
                _stream.Advance();
                comparison = Comparison.NotIn;
            }

            if (comparison is null) break;
            _stream.Advance();
            operands.Add((comparison.Value, ParseSum()));
        }

        return operands.Count == 0 ? first : new CompareExpression(first, [.. operands]) { Line = _stream.Current.Line };
    }

    private Expression ParseSum()
    {
        var line = _stream.Current.Line;
        var left = ParseConcat();
        while (_stream.Current.IsOperator("+") || _stream.Current.IsOperator("-"))
        {
            var symbol = _stream.Advance().Text;
            left = new BinaryExpression(symbol == "+" ? BinaryOperator.Add : BinaryOperator.Subtract, left, ParseConcat()) { Line = line };
            line = _stream.Current.Line;
        }

        return left;
    }

    private Expression ParseConcat()
    {
        var line = _stream.Current.Line;
        var first = ParseProduct();
        if (!_stream.Current.IsOperator("~")) return first;
        var parts = new List<Expression> { first };
        while (_stream.SkipOperator("~")) parts.Add(ParseProduct());
        return new ConcatExpression([.. parts]) { Line = line };
    }

    private Expression ParseProduct()
    {
        var line = _stream.Current.Line;
        var left = ParsePower();
        while (_stream.Current.Kind == TokenKind.Operator)
        {
            BinaryOperator? found = _stream.Current.Text switch
            {
                "*" => BinaryOperator.Multiply,
                "/" => BinaryOperator.Divide,
                "//" => BinaryOperator.FloorDivide,
                "%" => BinaryOperator.Remainder,
                _ => null,
            };
            if (found is null) break;
            _stream.Advance();
            left = new BinaryExpression(found.Value, left, ParsePower()) { Line = line };
            line = _stream.Current.Line;
        }

        return left;
    }

    private Expression ParsePower()
    {
        var line = _stream.Current.Line;
        var left = ParseUnary(withFilter: true);
        while (_stream.SkipOperator("**"))
        {
            left = new BinaryExpression(BinaryOperator.Power, left, ParseUnary(withFilter: true)) { Line = line };
            line = _stream.Current.Line;
        }

        return left;
    }

    private Expression ParseUnary(bool withFilter)
    {
        var line = _stream.Current.Line;
        Expression node;
        if (_stream.Current.IsOperator("-") || _stream.Current.IsOperator("+"))
        {
            Deepen();
            var negative = _stream.Advance().Text == "-";
            node = new UnaryExpression(negative, ParseUnary(withFilter: false)) { Line = line };
            _depth--;
        }
        else
        {
            node = ParsePrimary(withNamespace: false);
        }

        node = ParsePostfix(node);
        return withFilter ? ParseFilterExpression(node) : node;
    }
}
